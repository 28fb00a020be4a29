// SPDX-License-Identifier: Apache-2.0
#include "bus/optoe_write_max.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "base/errno_error.h"

namespace reflash {
namespace {

constexpr std::size_t kWithoutAttribute = 1;

/// The number in an attribute; nothing when there is no such attribute.
Result<std::optional<std::size_t>> ReadAttribute(Syscalls& syscalls, const std::string& path) {
  const OrErrno<std::string> text = syscalls.ReadSmallFile(path);
  if (!text && text.error() == ENOENT) return std::nullopt;
  if (!text) return Fail(ErrorFromErrno(text.error(), "cannot read " + path));
  std::size_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, problem] = std::from_chars(text->data(), end, value);
  const bool ends = rest == end || (*rest == '\n' && rest + 1 == end);
  if (problem != std::errc{} || !ends || value == 0) {
    return Fail(ErrorCode::kRwError, "{} holds '{}', which is no number of bytes", path,
                PrintableText(AsBytes(text->substr(0, text->find('\n')))));
  }
  return value;
}

}  // namespace

Result<OptoeWriteMax> OptoeWriteMax::Open(Syscalls& syscalls, std::string path,
                                          std::optional<std::size_t> wanted) {
  const std::optional<std::size_t> found = REFLASH_TRY(ReadAttribute(syscalls, path));
  const std::size_t limit = found ? wanted.value_or(*found) : kWithoutAttribute;
  const bool may_raise = found && limit > *found;
  return OptoeWriteMax(syscalls, std::move(path), std::min(limit, kLargest), may_raise);
}

OptoeWriteMax::OptoeWriteMax(Syscalls& syscalls, std::string path, std::size_t limit,
                             bool may_raise)
    : syscalls_(&syscalls), path_(std::move(path)), limit_bytes_(limit), may_raise_(may_raise) {}

OptoeWriteMax::OptoeWriteMax(OptoeWriteMax&& other) noexcept
    : syscalls_(other.syscalls_),
      path_(std::move(other.path_)),
      limit_bytes_(other.limit_bytes_),
      may_raise_(other.may_raise_),
      before_(std::exchange(other.before_, std::nullopt)) {}

OptoeWriteMax::~OptoeWriteMax() {
  // What somebody else has set meanwhile is theirs.
  if (before_ && ReadAttribute(*syscalls_, path_) == limit_bytes_) (void)Set(*before_);
}

Result<void> OptoeWriteMax::Provide(std::size_t count) {
  if (count <= kWithoutAttribute) return {};
  const std::optional<std::size_t> present = REFLASH_TRY(ReadAttribute(*syscalls_, path_));
  if (!present || *present >= count) return {};
  if (!may_raise_) {
    return Fail(ErrorCode::kRwError,
                "{} was {} and is {} now: somebody else changes it; with max_write we set it",
                path_, limit_bytes_, *present);
  }
  REFLASH_TRY_VOID(Set(limit_bytes_));
  if (!before_) before_ = present;
  return {};
}

Result<void> OptoeWriteMax::Set(std::size_t bytes) {
  const OrErrno<void> set = syscalls_->WriteSmallFile(path_, fmt::format("{}\n", bytes));
  if (set) return {};
  return Fail(ErrorFromErrno(set.error(), fmt::format("cannot set {} to {}", path_, bytes)));
}

}  // namespace reflash
