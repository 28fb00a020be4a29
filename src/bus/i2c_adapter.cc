// SPDX-License-Identifier: Apache-2.0
#include "bus/i2c_adapter.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <ranges>
#include <system_error>
#include <utility>

#include "base/errno_error.h"

namespace reflash {
namespace {

constexpr unsigned kI2cMajor = 89;  // Documentation/admin-guide/devices.txt

/// "i2c-7", but not "i2c-designware".
bool IsAdapterName(std::string_view name) {
  constexpr std::string_view kPrefix = "i2c-";
  if (!name.starts_with(kPrefix)) return false;
  name.remove_prefix(kPrefix.size());
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

/// The first adapter on the way from the top of the device tree to `device`: the legs of a
/// multiplexer are children of its adapter.
std::optional<std::string> FirstAdapter(std::string_view device) {
  for (const auto part : std::views::split(device, '/')) {
    const std::string_view name(part.begin(), part.end());
    if (IsAdapterName(name)) return std::string(name);
  }
  return std::nullopt;
}

/// What the kernel calls the device at an address of an adapter: "7-0050".
std::string DeviceName(unsigned adapter, std::uint8_t target) {
  return fmt::format("{}-{:04x}", adapter, target);
}

/// The number of the adapter in such a name, if it is one of `target`.
std::optional<unsigned> AdapterNumber(std::string_view device, std::uint8_t target) {
  unsigned number = 0;
  const auto parsed = std::from_chars(device.data(), device.data() + device.size(), number);
  if (parsed.ec != std::errc{} || device != DeviceName(number, target)) return std::nullopt;
  return number;
}

}  // namespace

Result<I2cAdapter> I2cAdapter::OfNode(Syscalls& syscalls, const std::string& node) {
  const OrErrno<FileStatus> status = syscalls.Status(node);
  if (!status) return Fail(ErrorFromErrno(status.error(), "cannot open " + node));
  if (!status->is_character_device || major(status->character_device) != kI2cMajor) {
    return Fail(ErrorCode::kInvalidArgument, "{} is not the node of an I2C adapter", node);
  }
  const unsigned number = minor(status->character_device);
  const OrErrno<std::string> device =
      syscalls.RealPath(fmt::format("/sys/class/i2c-dev/i2c-{}/device", number));
  if (!device) {
    return Fail(ErrorFromErrno(device.error(),
                               fmt::format("cannot find adapter {} of {} in /sys", number, node)));
  }
  std::optional<std::string> root = FirstAdapter(*device);
  if (!root) {
    return Fail(ErrorCode::kNotFound, "cannot tell the root adapter of {}: sysfs has it at {}",
                node, *device);
  }
  return I2cAdapter(syscalls, number, *std::move(root));
}

Result<I2cAdapter> I2cAdapter::OfTargetFile(Syscalls& syscalls, const std::string& path,
                                            std::uint8_t target) {
  const OrErrno<std::string> real = syscalls.RealPath(path);
  if (!real) return Fail(ErrorFromErrno(real.error(), "cannot open " + path));
  const std::string device = real->substr(0, real->rfind('/'));
  const std::optional<unsigned> number =
      AdapterNumber(std::string_view(device).substr(device.rfind('/') + 1), target);
  std::optional<std::string> root = FirstAdapter(device);
  if (!number || !root) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} is not a file of an I2C device at address {:02X}h: sysfs has it at {}", path,
                target, *real);
  }
  return I2cAdapter(syscalls, *number, *std::move(root));
}

std::string I2cAdapter::TargetName(std::uint8_t target) const {
  return fmt::format("i2c:{}:{}@{:02x}", kI2cMajor, number_, target);
}

Result<std::optional<std::string>> I2cAdapter::DriverOf(std::uint8_t target) const {
  const std::string device = DeviceName(number_, target);
  const OrErrno<std::string> driver =
      syscalls_->RealPath("/sys/bus/i2c/devices/" + device + "/driver");
  if (driver) return driver->substr(driver->rfind('/') + 1);
  if (driver.error() == ENOENT) return std::nullopt;
  return Fail(ErrorFromErrno(driver.error(), "cannot tell whether a kernel driver uses " + device));
}

Result<void> I2cAdapter::CheckUnclaimed(std::uint8_t target) const {
  const std::optional<std::string> driver = REFLASH_TRY(DriverOf(target));
  if (driver) return Fail(ClaimedBy(*driver, target));
  return {};
}

Error I2cAdapter::ClaimedBy(std::string_view driver, std::uint8_t target) const {
  return {ErrorCode::kBusy,
          fmt::format("the kernel driver {} is bound to address {:02X}h of i2c-{}; free it with: "
                      "echo {} > /sys/bus/i2c/drivers/{}/unbind",
                      driver, target, number_, DeviceName(number_, target), driver)};
}

}  // namespace reflash
