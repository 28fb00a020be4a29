// SPDX-License-Identifier: Apache-2.0
#include "bus/i2c_adapter.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <ranges>

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

std::string I2cAdapter::TargetName(std::uint8_t target) const {
  return fmt::format("i2c:{}:{}@{:02x}", kI2cMajor, number_, target);
}

Result<void> I2cAdapter::CheckUnclaimed(std::uint8_t target) const {
  const std::string device = fmt::format("{}-{:04x}", number_, target);
  const OrErrno<std::string> driver =
      syscalls_->RealPath("/sys/bus/i2c/devices/" + device + "/driver");
  if (driver) {
    return Fail(
        ErrorCode::kBusy,
        "the kernel driver {} is bound to address {:02X}h of i2c-{}; free it with: echo {} > "
        "/sys/bus/i2c/drivers/{}/unbind",
        driver->substr(driver->rfind('/') + 1), target, number_, device,
        driver->substr(driver->rfind('/') + 1));
  }
  if (driver.error() == ENOENT) return {};
  return Fail(ErrorFromErrno(driver.error(), "cannot tell whether a kernel driver uses " + device));
}

}  // namespace reflash
