// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace reflash {

/// What went wrong, in the words of the FPGA image-load design plus what user space needs.
/// The words (`ErrorWord`) are part of the interface: they appear in `--json` output.
enum class ErrorCode : std::uint8_t {
  kHwError,       ///< the device reported a failure, or answers in a way no specification allows
  kTimeout,       ///< the device did not finish in the time it, or its specification, promised
  kCanceled,      ///< somebody asked for the operation to stop
  kBusy,          ///< another job, another process, a kernel driver or live traffic has the device
  kInvalidSize,   ///< the image is empty or larger than the device can take
  kRwError,       ///< bytes could not be moved to or from the device
  kWearout,       ///< the flash memory of the device has reached its write limit
  kInvalidImage,  ///< the image is damaged, unreadable or not for this device
  kNotSupported,  ///< the device, or this kernel, has no such function
  kPermission,    ///< the operating system or the device forbids it
  kNotFound,      ///< there is no such device, file or interface
  kInvalidArgument,  ///< a command line, configuration or request that makes no sense
};

/// The word for a code, such as "hw-error".
std::string_view ErrorWord(ErrorCode code);

/// The code for a word, or nothing when there is no such word.
std::optional<ErrorCode> ErrorCodeFromWord(std::string_view word);

/// A failure as a value: a code, one sentence with the numbers in it, and what caused it.
/// The sentence names the thing and the place; it starts in lower case and has no full stop, since
/// it is printed behind "reflash: swp1: ".
class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string sentence) : code_(code), sentence_(std::move(sentence)) {}

  /// This error, with `cause` as the reason behind it.
  [[nodiscard]] Error Because(Error cause) &&;

  [[nodiscard]] ErrorCode code() const { return code_; }
  /// Only what this error says itself.
  [[nodiscard]] const std::string& sentence() const { return sentence_; }
  [[nodiscard]] const Error* cause() const { return cause_.get(); }

  /// The sentence and those of all causes, joined by ": ".
  [[nodiscard]] std::string Message() const;

 private:
  ErrorCode code_;
  std::string sentence_;
  std::shared_ptr<const Error> cause_;
};

/// A T, or the Error that stands where the T would have been.
template <class T>
using Result = std::expected<T, Error>;

/// A failed Result: `return Fail(ErrorCode::kBusy, "{} is held by process {}", name, pid);`
template <class... Arguments>
[[nodiscard]] std::unexpected<Error> Fail(ErrorCode code, fmt::format_string<Arguments...> format,
                                          Arguments&&... arguments) {
  return std::unexpected<Error>(
      Error(code, fmt::format(format, std::forward<Arguments>(arguments)...)));
}

/// A failed Result that hands on an Error.
[[nodiscard]] inline std::unexpected<Error> Fail(Error error) {
  return std::unexpected<Error>(std::move(error));
}

}  // namespace reflash

/// In a function that returns a Result: the value of `expression`, or return its Error.
/// (In a Task, `co_await` does the same.)
#define REFLASH_TRY(expression)                                                             \
  ({                                                                                        \
    auto reflash_try_result = (expression);                                                 \
    if (!reflash_try_result) return std::unexpected(std::move(reflash_try_result).error()); \
    *std::move(reflash_try_result);                                                         \
  })

/// The same for a Result<void>.
#define REFLASH_TRY_VOID(expression)                                                        \
  do {                                                                                      \
    auto reflash_try_result = (expression);                                                 \
    if (!reflash_try_result) return std::unexpected(std::move(reflash_try_result).error()); \
  } while (false)
