// SPDX-License-Identifier: Apache-2.0
#include "inventory/card_discovery.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace reflash::inventory {
namespace {

constexpr std::string_view kFunctions = "/sys/bus/pci/devices";

/// The physical functions of cards, as sysfs writes their ids.
struct CardRow {
  std::string_view vendor;
  std::string_view device;
  std::string_view model;
  std::string_view obstacle;  ///< why it is not reached; empty when it is
};
constexpr std::array kCards{
    CardRow{"0x8086", "0xbcce", "Intel FPGA card (device feature list)", ""},
    CardRow{"0x8086", "0x0b30", "Intel PAC N3000",
            "its controller is behind an SPI master that reflash does not know"},
};

std::string FirstLine(const OrErrno<std::string>& text) {
  return text ? text->substr(0, text->find('\n')) : "";
}

const CardRow* CardAt(Syscalls& syscalls, const std::string& folder) {
  const std::string vendor = FirstLine(syscalls.ReadSmallFile(folder + "/vendor"));
  const std::string device = FirstLine(syscalls.ReadSmallFile(folder + "/device"));
  const auto* const row = std::ranges::find_if(
      kCards, [&](const CardRow& card) { return card.vendor == vendor && card.device == device; });
  return row == kCards.end() ? nullptr : row;
}

}  // namespace

void FindCards(Syscalls& syscalls, Findings& findings) {
  const auto functions = syscalls.ListDirectory(std::string(kFunctions));
  if (!functions) return;
  for (const std::string& function : *functions) {
    const std::string folder = fmt::format("{}/{}", kFunctions, function);
    const CardRow* const card = CardAt(syscalls, folder);
    if (card == nullptr) continue;
    if (!card->obstacle.empty()) {
      findings.remarks.push_back(fmt::format("{}: {}: {}", function, card->model, card->obstacle));
      continue;
    }
    DiscoveredDevice device{.configuration = {.name = function,
                                              .driver = "fpga",
                                              .bus = fmt::format("pci:{}", function)},
                            .remarks = {std::string(card->model)}};
    if (const auto driver = syscalls.RealPath(folder + "/driver")) {
      device.remarks.push_back(fmt::format("unbind the kernel driver {} before an update",
                                           driver->substr(driver->rfind('/') + 1)));
    }
    findings.devices.push_back(std::move(device));
  }
}

}  // namespace reflash::inventory
