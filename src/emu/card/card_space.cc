// SPDX-License-Identifier: Apache-2.0
#include "emu/card/card_space.h"

#include <array>

#include "emu/card/n3000_space.h"
#include "emu/card/n6000_space.h"

namespace reflash::emu {
namespace {

constexpr std::uint64_t kWordMask = 0xFFFFFFFF;

/// A header of the list of features.
constexpr std::uint64_t Header(std::uint64_t type, std::uint64_t id, std::uint64_t next,
                               bool last) {
  return type << 60U | (last ? 1ULL : 0ULL) << 40U | next << 16U | id;
}

constexpr std::uint64_t kEngineType = 4;
constexpr std::uint64_t kFeatureType = 3;
constexpr std::uint64_t kThermalId = 1;  // something that is not looked for
constexpr std::uint64_t kThermalAt = 0x1000;

}  // namespace

std::unique_ptr<CardSpace> CardSpace::Make(const CardSettings& settings,
                                           BoardController& controller, ViolationLog& violations) {
  if (settings.family == CardFamily::kN3000) {
    return std::make_unique<N3000Space>(settings, controller, violations);
  }
  return std::make_unique<N6000Space>(settings, controller, violations);
}

std::uint32_t CardSpace::Read(std::uint64_t address, TimePoint now) {
  if (const auto value = ReadFpga(address)) return *value;
  if (const auto value = DoRead(address, now)) return *value;
  violations_.Record("{:#x} was read, where no register is", address);
  return 0xFFFFFFFFU;
}

void CardSpace::Write(std::uint64_t address, std::uint32_t value, TimePoint now) {
  if (!ReadFpga(address) && DoWrite(address, value, now)) return;
  violations_.Record("{:#x} was written, where nothing can be", address);
}

std::optional<std::uint32_t> CardSpace::ReadFpga(std::uint64_t address) const {
  const auto [id, offset] = ControllerFeature();
  const auto words = std::to_array<std::pair<std::uint64_t, std::uint64_t>>({
      {0x00, Header(kEngineType, 0, kThermalAt, false)},
      {0x60, BitstreamId()},
      {kThermalAt, Header(kFeatureType, kThermalId, offset - kThermalAt, false)},
      {offset, Header(kFeatureType, id, 0, true)},
  });
  for (const auto& [at, value] : words) {
    if (address == at) return static_cast<std::uint32_t>(value & kWordMask);
    if (address == at + 4) return static_cast<std::uint32_t>(value >> 32U);
  }
  return std::nullopt;
}

std::uint64_t CardSpace::BitstreamId() const {
  constexpr std::uint64_t kSomeHash = 0xC0DE5EED1234;
  const Version& version = controller_.banks().fpga_version();
  return static_cast<std::uint64_t>(version.major & 0xFU) << 56U |
         static_cast<std::uint64_t>(version.minor & 0xFU) << 52U |
         static_cast<std::uint64_t>(version.build & 0xFU) << 48U | kSomeHash;
}

void CardSpace::RestartController(bool factory) {
  if (settings_.reboot_disabled) {
    violations_.Record("the controller was told to start again, which is disabled");
    return;
  }
  restart_ = {.page = factory ? CardPage::kControllerFactory : CardPage::kControllerUser,
              .controller = true};
}

void CardSpace::ReloadFpga(std::uint32_t number) {
  if (number > FactsOf(settings_.family).user_pages) {
    violations_.Record("the FPGA was told to load page {}, which is none", number);
    return;
  }
  restart_ = {.page = static_cast<CardPage>(number)};
}

std::uint32_t CardSpace::ControllerVersion() const {
  const Version& version = controller_.banks().controller_version();
  return version.major << 16U | version.minor << 8U | version.build;
}

std::uint32_t CardSpace::MacLow() const {
  const std::array<std::uint8_t, 6> mac = *settings_.MacAddress();
  return mac[0] | static_cast<std::uint32_t>(mac[1]) << 8U |
         static_cast<std::uint32_t>(mac[2]) << 16U | static_cast<std::uint32_t>(mac[3]) << 24U;
}

std::uint32_t CardSpace::MacHigh() const {
  constexpr std::uint32_t kOneAddress = 1U << 16U;
  const std::array<std::uint8_t, 6> mac = *settings_.MacAddress();
  return kOneAddress | static_cast<std::uint32_t>(mac[5]) << 8U | mac[4];
}

std::uint32_t CardSpace::ProgressAndHostStatus() const {
  return static_cast<std::uint32_t>(controller_.progress()) << 4U |
         static_cast<std::uint32_t>(controller_.host_status()) << 8U;
}

}  // namespace reflash::emu
