// SPDX-License-Identifier: Apache-2.0
#include "inventory/findings.h"

#include "base/bytes.h"
#include "inventory/configuration.h"

namespace reflash::inventory {
namespace {

/// A comment stays on its line, whatever a file name or a driver brought along.
std::string Comment(std::string_view sentence) {
  return fmt::format("# {}\n", PrintableText(AsBytes(sentence)));
}

/// A basic string of TOML.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char character : text) {
    if (character == '"' || character == '\\') quoted += '\\';
    quoted += character;
  }
  return quoted + '"';
}

std::string NetdevLine(const std::vector<std::string>& netdev) {
  if (netdev.empty()) {
    return "# netdev = [\"...\"]  the interfaces through this port, which sysfs does not tell\n";
  }
  std::string list;
  for (const std::string& name : netdev) list += (list.empty() ? "" : ", ") + Quoted(name);
  return fmt::format("netdev = [{}]\n", list);
}

std::string DeviceTable(const DiscoveredDevice& device) {
  std::string text = "\n[[device]]\n";
  for (const std::string& remark : device.remarks) text += Comment(remark);
  text += fmt::format("name = {}\n", Quoted(device.configuration.name));
  text += fmt::format("driver = {}\n", Quoted(device.configuration.driver));
  text += fmt::format("bus = {}\n", Quoted(device.configuration.bus));
  return text + NetdevLine(device.configuration.netdev);
}

}  // namespace

std::string ToToml(const Findings& findings) {
  std::string text =
      Comment(fmt::format("What reflash discover found. Look it over, then save it as {}.",
                          Configuration::kDefaultPath));
  if (findings.devices.empty()) text += Comment("No module was found.");
  for (const DiscoveredDevice& device : findings.devices) text += DeviceTable(device);
  if (!findings.remarks.empty()) text += "\n";
  for (const std::string& remark : findings.remarks) text += Comment(remark);
  return text;
}

}  // namespace reflash::inventory
