// SPDX-License-Identifier: Apache-2.0
#include "emu/card/n6000_space.h"

#include <algorithm>
#include <array>

namespace reflash::emu {
namespace {

constexpr std::uint32_t kPmci = 0x20000;
constexpr std::uint64_t kFifo = 0x800;

constexpr std::uint32_t kConfigured = 1U << 3U;
constexpr unsigned kPowerOnPageShift = 8;

// The reload register.
constexpr unsigned kPageShift = 20;
constexpr std::uint32_t kPageMask = 7U;
constexpr std::uint32_t kLoad = 1U << 23U;

// The controller's reboot, and the doorbell.
constexpr std::uint32_t kRequest = 1U << 0U;
constexpr std::uint32_t kFactoryBoot = 1U << 1U;
constexpr std::uint32_t kRebootDisabled = 1U << 1U;
constexpr unsigned kHostStatusShift = 8;
constexpr unsigned kStatusShift = 16;

template <class Register, std::size_t kCount>
const Register* Find(const std::array<Register, kCount>& registers, std::uint64_t offset) {
  const auto* const found = std::ranges::find(registers, offset, &Register::offset);
  return found == registers.end() ? nullptr : found;
}

}  // namespace

const N6000Space::Register* N6000Space::FindPmci(std::uint64_t address) {
  using Space = N6000Space;
  static constexpr auto kRegisters = std::to_array<Register>({
      {0x40, &Space::ReadFlashControl, &Space::WriteFlashControl},
      {0x44, &Space::ReadFlashAddress, &Space::WriteFlashAddress},
      {0x400, &Space::ReadCommand, &Space::WriteCommand},
      {0x404, &Space::ReadAddress, &Space::WriteAddress},
      {0x408, &Space::ReadData, nullptr},
      {0x40C, &Space::ReadDataToWrite, &Space::WriteData},
      {kFifo, &Space::ReadFifo, &Space::WriteFifo},
  });
  return address < kPmci ? nullptr : Find(kRegisters, address - kPmci);
}

const N6000Space::Register* N6000Space::FindController(std::uint32_t address) {
  using Space = N6000Space;
  static constexpr auto kRegisters = std::to_array<Register>({
      {0x00, &Space::ReadVersion, nullptr},
      {0x04, &Space::ReadVersion, nullptr},
      {0x20, &Space::ReadMacLow, nullptr},
      {0x24, &Space::ReadMacHigh, nullptr},
      {0xA0, &Space::ReadPage, nullptr},
      {0xB0, &Space::ReadPowerOn, &Space::WritePowerOn},
      {0xB4, &Space::ReadPowerOnPage, nullptr},
      {0xB8, &Space::ReadReload, &Space::WriteReload},
      {0xFC, &Space::ReadReboot, &Space::WriteReboot},
      {0x1C0, &Space::ReadDoorbell, &Space::WriteDoorbell},
      {0x1C4, &Space::ReadAuthentication, nullptr},
      {0x1D0, &Space::ReadOwner, &Space::WriteOwner},
  });
  return Find(kRegisters, address);
}

CardSpace::Feature N6000Space::ControllerFeature() const { return {.id = 0x12, .offset = kPmci}; }

bool N6000Space::IsStaging(std::uint64_t address) const { return address == kPmci + kFifo; }

void N6000Space::Reset() {
  CardSpace::Reset();
  flash_.Reset();
  power_on_.Reset();
  indirect_.Reset();
}

std::optional<std::uint32_t> N6000Space::DoRead(std::uint64_t address, TimePoint now) {
  const Register* const found = FindPmci(address);
  return found == nullptr ? std::nullopt : std::optional((this->*found->read)(now));
}

bool N6000Space::DoWrite(std::uint64_t address, std::uint32_t value, TimePoint now) {
  const Register* const found = FindPmci(address);
  if (found == nullptr || found->write == nullptr) return false;
  (this->*found->write)(value, now);
  return true;
}

void N6000Space::WriteCommand(std::uint32_t value, TimePoint now) {
  const auto command = indirect_.WriteCommand(value, now);
  if (!command) return;
  const Register* const found = FindController(indirect_.address());
  const bool writes = command == IndirectAccess::Command::kWrite;
  if (found == nullptr || (writes && found->write == nullptr)) {
    violations().Record("register {:#x} of the controller was {}, where that cannot be",
                        indirect_.address(), writes ? "written" : "read");
    indirect_.Deliver(0xFFFFFFFFU);
  } else if (writes) {
    (this->*found->write)(indirect_.data_to_write(), now);
  } else {
    indirect_.Deliver((this->*found->read)(now));
  }
}

std::uint32_t N6000Space::ReadPage(TimePoint /*now*/) { return RunningPage() | kConfigured; }

std::uint32_t N6000Space::ReadPowerOnPage(TimePoint /*now*/) {
  return static_cast<std::uint32_t>(controller().banks().power_on()) << kPowerOnPageShift;
}

void N6000Space::WriteReload(std::uint32_t value, TimePoint /*now*/) {
  const std::uint32_t before = reload();
  set_reload(value);
  if ((value & kLoad) == 0 || (before & kLoad) != 0) return;
  set_reload(0);
  ReloadFpga(value >> kPageShift & kPageMask);
}

void N6000Space::WriteReboot(std::uint32_t value, TimePoint /*now*/) {
  if ((value & kRequest) != 0) RestartController((value & kFactoryBoot) != 0);
}

std::uint32_t N6000Space::ReadDoorbell(TimePoint /*now*/) {
  const std::uint32_t wrong = controller().CountLook();
  const std::uint32_t value = (controller().requested() ? kRequest : 0U) |
                              (settings().reboot_disabled ? kRebootDisabled : 0U) |
                              ProgressAndHostStatus();
  return value ^ (wrong & 0xFFFFU);
}

void N6000Space::WriteDoorbell(std::uint32_t value, TimePoint now) {
  const bool requests = (value & kRequest) != 0;
  if (requests && flash_.IsHosts(now)) {
    violations().Record("an update was requested while the host has the flash");
  }
  controller().WriteDoorbell(requests, value >> kHostStatusShift & 0xFU, now);
}

std::uint32_t N6000Space::ReadAuthentication(TimePoint /*now*/) {
  return static_cast<std::uint32_t>(controller().status()) << kStatusShift |
         static_cast<std::uint32_t>(controller().disbelief());
}

}  // namespace reflash::emu
