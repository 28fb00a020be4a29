// SPDX-License-Identifier: Apache-2.0
#include "emu/card/n3000_space.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace reflash::emu {
namespace {

constexpr std::uint64_t kSystemBase = 0x300800;
constexpr std::uint64_t kFlashBase = 0x10000000;
constexpr std::uint64_t kStagingBase = 0x18000000;

// The reload register.
constexpr std::uint32_t kStart = 1U << 18U;
constexpr unsigned kPageShift = 20;
constexpr std::uint32_t kPageMask = 7U;
constexpr std::uint32_t kLoad = 1U << 23U;

// The doorbell.
constexpr std::uint32_t kRequest = 1U << 0U;
constexpr unsigned kHostStatusShift = 8;
constexpr unsigned kStatusShift = 16;
constexpr std::uint32_t kFactoryBoot = 1U << 28U;
constexpr std::uint32_t kReboot = 1U << 29U;
constexpr std::uint32_t kRebootDisabled = 1U << 30U;

}  // namespace

const N3000Space::Register* N3000Space::FindRegister(std::uint64_t address) {
  static constexpr auto kRegisters = std::to_array<Register>({
      {0x00, &N3000Space::ReadControllerVersion, nullptr},
      {0x10, &N3000Space::ReadMacLow, nullptr},
      {0x14, &N3000Space::ReadMacHigh, nullptr},
      {0x30, &N3000Space::ReadReload, &N3000Space::WriteReload},
      {0x68, &N3000Space::ReadControllerVersion, nullptr},
      {0x6C, &N3000Space::ReadRunningPage, nullptr},
      {0x400, &N3000Space::ReadDoorbell, &N3000Space::WriteDoorbell},
      {0x404, &N3000Space::ReadAuthentication, nullptr},
  });
  if (address < kSystemBase) return nullptr;
  const auto* const found = std::ranges::find(kRegisters, address - kSystemBase, &Register::offset);
  return found == kRegisters.end() ? nullptr : found;
}

bool N3000Space::IsStaging(std::uint64_t address) const {
  return address >= kStagingBase && address < kStagingBase + settings().staging_bytes;
}

std::optional<std::uint32_t> N3000Space::DoRead(std::uint64_t address, TimePoint /*now*/) {
  if (IsStaging(address)) return controller().staging().Word(address - kStagingBase);
  if (address >= kFlashBase) return controller().flash().Word(address - kFlashBase);
  const Register* const found = FindRegister(address);
  return found == nullptr ? std::nullopt : std::optional((this->*found->read)());
}

bool N3000Space::DoWrite(std::uint64_t address, std::uint32_t value, TimePoint now) {
  if (IsStaging(address)) {
    WriteStaging(address - kStagingBase, value);
    return true;
  }
  const Register* const found = FindRegister(address);
  if (found == nullptr || found->write == nullptr) return false;
  (this->*found->write)(value, now);
  return true;
}

void N3000Space::WriteStaging(std::uint64_t offset, std::uint32_t value) {
  const BoardController::WordFate fate = controller().TakeWord();
  if (fate == BoardController::WordFate::kLost) return;
  if (fate == BoardController::WordFate::kForbidden) {
    violations().Record("staging word {:#x} was written while the doorbell does not say ready",
                        offset);
  } else if (!controller().staging().Program(offset, value)) {
    violations().Record("staging word {:#x} was written twice without an erasure", offset);
  }
}

void N3000Space::WriteReload(std::uint32_t value, TimePoint /*now*/) {
  const std::uint32_t before = reload();
  set_reload(value);
  if ((value & kStart) == 0 || (before & kStart) != 0) return;
  const bool selected = (before & kLoad) != 0 && (value & kLoad) != 0 &&
                        ((before ^ value) >> kPageShift & kPageMask) == 0;
  if (!selected) {
    violations().Record("a reload of the FPGA was started before page and load were set");
    return;
  }
  set_reload(0);
  ReloadFpga(value >> kPageShift & kPageMask);
}

std::uint32_t N3000Space::ReadDoorbell() {
  const std::uint32_t wrong = controller().CountLook();
  const std::uint32_t value = (controller().requested() ? kRequest : 0U) | ProgressAndHostStatus() |
                              static_cast<std::uint32_t>(controller().status()) << kStatusShift |
                              (boots_factory_ ? kFactoryBoot : 0U) |
                              (settings().reboot_disabled ? kRebootDisabled : 0U);
  return value ^ wrong;
}

void N3000Space::WriteDoorbell(std::uint32_t value, TimePoint now) {
  boots_factory_ = (value & kFactoryBoot) != 0;
  controller().WriteDoorbell((value & kRequest) != 0, value >> kHostStatusShift & 0xFU, now);
  if ((value & kReboot) != 0) RestartController(boots_factory_);
}

std::uint32_t N3000Space::ReadAuthentication() {
  return static_cast<std::uint32_t>(controller().disbelief());
}

}  // namespace reflash::emu
