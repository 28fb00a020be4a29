// SPDX-License-Identifier: Apache-2.0
#include "inventory/configuration.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/glob.h"
#include "base/input_file.h"
#include "base/toml_table.h"
#include "bus/bus_address.h"
#include "inventory/drivers.h"

namespace reflash::inventory {
namespace {

/// What an I2C message may have at least: an offset and one byte.
constexpr std::int64_t kLeastMaxWrite = 2;
constexpr std::int64_t kMostMaxWrite = 8192;

Result<void> CheckName(const TomlTable& table, std::string_view name) {
  if (IsGlob(name) || name.starts_with('-') || name.find('/') != std::string_view::npos) {
    return table.FailAbout("name", "must not have '*', '?' or '/' in it, nor begin with '-'");
  }
  return {};
}

/// Whether driver and bus can be what they say, before anything is opened.
Result<void> CheckValues(const TomlTable& table, const DeviceConfiguration& device) {
  if (FindDriver(device.driver) == nullptr) {
    return table.FailAbout(
        "driver", fmt::format("names no driver: '{}' (there is {})", device.driver, DriverNames()));
  }
  if (const auto bus = ParseBusAddress(device.bus); !bus) {
    return table.FailAbout("bus", fmt::format("is wrong: {}", bus.error().Message()));
  }
  return {};
}

/// What a device is called: a card that has no name, by its place on the PCI bus.
Result<std::string> ReadName(TomlTable& table) {
  if (REFLASH_TRY(table.Text("name"))) return table.RequiredText("name");
  const std::optional<std::string> bus = REFLASH_TRY(table.Text("bus"));
  const Result<BusAddress> address = bus ? ParseBusAddress(*bus) : LabAddress{};
  const auto* const pci = address ? std::get_if<PciAddress>(&*address) : nullptr;
  return pci == nullptr ? table.RequiredText("name") : pci->function;
}

Result<DeviceConfiguration> ReadDevice(TomlTable& table) {
  DeviceConfiguration device;
  device.name = REFLASH_TRY(ReadName(table));
  REFLASH_TRY_VOID(CheckName(table, device.name));
  table.set_subject(device.name);
  device.driver = REFLASH_TRY(table.RequiredText("driver"));
  device.bus = REFLASH_TRY(table.RequiredText("bus"));
  device.netdev = REFLASH_TRY(table.Texts("netdev"));
  const std::optional<std::int64_t> max_write =
      REFLASH_TRY(table.Integer("max_write", kLeastMaxWrite, kMostMaxWrite));
  if (max_write) device.max_write = static_cast<std::size_t>(*max_write);
  REFLASH_TRY_VOID(table.RefuseOthers());
  REFLASH_TRY_VOID(CheckValues(table, device));
  return device;
}

}  // namespace

Result<Configuration> Configuration::Load(const std::filesystem::path& path) {
  InputFile file = REFLASH_TRY(InputFile::Open(path));
  const std::string text = REFLASH_TRY(file.ReadText(kLargestBytes));
  return Parse(text, path.string());
}

Result<Configuration> Configuration::Parse(std::string_view text, std::string_view file_name) {
  TomlTable file = REFLASH_TRY(TomlTable::Parse(text, file_name));
  std::vector<TomlTable> tables = REFLASH_TRY(file.Tables("device"));
  REFLASH_TRY_VOID(file.RefuseOthers());
  Configuration configuration;
  std::set<std::string, std::less<>> names;
  for (TomlTable& table : tables) {
    DeviceConfiguration device = REFLASH_TRY(ReadDevice(table));
    if (!names.insert(device.name).second) {
      return table.FailAbout("name", "is the name of an earlier device too");
    }
    configuration.devices.push_back(std::move(device));
  }
  return configuration;
}

const DeviceConfiguration* Configuration::Find(std::string_view name) const {
  const auto found = std::ranges::find(devices, name, &DeviceConfiguration::name);
  return found == devices.end() ? nullptr : &*found;
}

Result<std::vector<std::string>> Configuration::Select(std::string_view pattern) const {
  std::vector<std::string> names;
  for (const DeviceConfiguration& device : devices) {
    const bool selected =
        IsGlob(pattern) ? GlobMatches(pattern, device.name) : device.name == pattern;
    if (selected) names.push_back(device.name);
  }
  if (names.empty() && IsGlob(pattern)) {
    return Fail(ErrorCode::kNotFound, "no device matches '{}'", pattern);
  }
  if (names.empty()) return Fail(ErrorCode::kNotFound, "there is no device '{}'", pattern);
  return names;
}

}  // namespace reflash::inventory
