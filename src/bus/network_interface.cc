// SPDX-License-Identifier: Apache-2.0
#include "bus/network_interface.h"

#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/errno_error.h"

namespace reflash {
namespace {

constexpr std::string_view kForbidden = "/: \t\n\v\f\r";

bool CanBeAName(std::string_view name) {
  return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
         name.find_first_of(kForbidden) == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

/// The number in "0x1003\n".
std::optional<std::uint32_t> ParseFlags(std::string_view text) {
  constexpr std::string_view kPrefix = "0x";
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  std::uint32_t flags = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, flags, 16);
  if (error != std::errc() || std::string_view(rest, end) != "\n") return std::nullopt;
  return flags;
}

}  // namespace

Result<NetworkInterface> NetworkInterface::Named(Syscalls& syscalls, std::string name) {
  if (!CanBeAName(name)) {
    return Fail(ErrorCode::kInvalidArgument, "'{}' cannot be the name of a network interface",
                name);
  }
  return NetworkInterface(syscalls, std::move(name));
}

Result<bool> NetworkInterface::IsUp() const {
  const OrErrno<std::string> text = syscalls_->ReadSmallFile("/sys/class/net/" + name_ + "/flags");
  if (!text && text.error() == ENOENT) {
    return Fail(ErrorCode::kNotFound, "there is no network interface {}", name_);
  }
  if (!text) return Fail(ErrorFromErrno(text.error(), "cannot tell whether " + name_ + " is up"));
  const std::optional<std::uint32_t> flags = ParseFlags(*text);
  if (!flags) {
    return Fail(ErrorCode::kRwError, "the kernel's flags of interface {} make no sense", name_);
  }
  return (*flags & IFF_UP) != 0;
}

Result<std::optional<std::string>> FindTraffic(std::span<const NetworkInterface> interfaces) {
  for (const NetworkInterface& interface : interfaces) {
    if (REFLASH_TRY(interface.IsUp())) return fmt::format("interface {} is up", interface.name());
  }
  return std::nullopt;
}

}  // namespace reflash
