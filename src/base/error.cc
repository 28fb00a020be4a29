// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <algorithm>
#include <array>

namespace reflash {
namespace {

struct Word {
  ErrorCode code;
  std::string_view word;
};

constexpr std::array kWords{
    Word{ErrorCode::kHwError, "hw-error"},
    Word{ErrorCode::kTimeout, "timeout"},
    Word{ErrorCode::kCanceled, "canceled"},
    Word{ErrorCode::kBusy, "busy"},
    Word{ErrorCode::kInvalidSize, "invalid-size"},
    Word{ErrorCode::kRwError, "rw-error"},
    Word{ErrorCode::kWearout, "wearout"},
    Word{ErrorCode::kInvalidImage, "invalid-image"},
    Word{ErrorCode::kNotSupported, "not-supported"},
    Word{ErrorCode::kPermission, "permission"},
    Word{ErrorCode::kNotFound, "not-found"},
    Word{ErrorCode::kInvalidArgument, "invalid-argument"},
};

}  // namespace

std::string_view ErrorWord(ErrorCode code) {
  const auto* const found = std::ranges::find(kWords, code, &Word::code);
  return found == kWords.end() ? "unknown" : found->word;
}

std::optional<ErrorCode> ErrorCodeFromWord(std::string_view word) {
  const auto* const found = std::ranges::find(kWords, word, &Word::word);
  if (found == kWords.end()) return std::nullopt;
  return found->code;
}

Error Error::Because(Error cause) && {
  cause_ = std::make_shared<const Error>(std::move(cause));
  return std::move(*this);
}

std::string Error::Message() const {
  std::string message = sentence_;
  for (const Error* error = cause(); error != nullptr; error = error->cause()) {
    message += ": ";
    message += error->sentence();
  }
  return message;
}

}  // namespace reflash
