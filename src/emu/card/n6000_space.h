// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "emu/card/card_space.h"
#include "emu/card/flash_port.h"
#include "emu/card/indirect_access.h"
#include "emu/card/power_on_image.h"

namespace reflash::emu {

/// The registers of an N6000: the PMCI feature, with the controller's registers behind an indirect
/// access, and the FIFO of the flash.
class N6000Space : public CardSpace {
 public:
  N6000Space(const CardSettings& settings, BoardController& controller, ViolationLog& violations)
      : CardSpace(settings, controller, violations),
        flash_(settings, controller, violations),
        power_on_(settings, controller.banks(), violations),
        indirect_(settings, violations) {}

  [[nodiscard]] bool IsStaging(std::uint64_t address) const override;
  void Advance(TimePoint now) override { power_on_.Advance(now); }
  void Reset() override;

 private:
  /// A register of the PMCI, or of the controller; null where it is not read, or not written.
  struct Register {
    std::uint64_t offset;
    std::uint32_t (N6000Space::*read)(TimePoint now);
    void (N6000Space::*write)(std::uint32_t value, TimePoint now);
  };
  static const Register* FindPmci(std::uint64_t address);
  static const Register* FindController(std::uint32_t address);

  [[nodiscard]] Feature ControllerFeature() const override;
  std::optional<std::uint32_t> DoRead(std::uint64_t address, TimePoint now) override;
  bool DoWrite(std::uint64_t address, std::uint32_t value, TimePoint now) override;

  // The PMCI.
  std::uint32_t ReadFlashControl(TimePoint now) { return flash_.ReadControl(now); }
  void WriteFlashControl(std::uint32_t value, TimePoint now) { flash_.WriteControl(value, now); }
  std::uint32_t ReadFlashAddress(TimePoint /*now*/) { return flash_.address(); }
  void WriteFlashAddress(std::uint32_t value, TimePoint /*now*/) { flash_.WriteAddress(value); }
  std::uint32_t ReadFifo(TimePoint now) { return flash_.Pop(now); }
  void WriteFifo(std::uint32_t value, TimePoint now) { flash_.Push(value, now); }
  std::uint32_t ReadCommand(TimePoint now) { return indirect_.ReadCommand(now); }
  void WriteCommand(std::uint32_t value, TimePoint now);
  std::uint32_t ReadAddress(TimePoint /*now*/) { return indirect_.address(); }
  void WriteAddress(std::uint32_t value, TimePoint /*now*/) { indirect_.WriteAddress(value); }
  std::uint32_t ReadData(TimePoint now) { return indirect_.ReadData(now); }
  std::uint32_t ReadDataToWrite(TimePoint /*now*/) { return indirect_.data_to_write(); }
  void WriteData(std::uint32_t value, TimePoint /*now*/) { indirect_.WriteData(value); }

  // The controller.
  std::uint32_t ReadVersion(TimePoint /*now*/) { return ControllerVersion(); }
  std::uint32_t ReadMacLow(TimePoint /*now*/) { return MacLow(); }
  std::uint32_t ReadMacHigh(TimePoint /*now*/) { return MacHigh(); }
  std::uint32_t ReadPage(TimePoint now);
  std::uint32_t ReadPowerOn(TimePoint /*now*/) { return power_on_.Read(); }
  void WritePowerOn(std::uint32_t value, TimePoint now) { power_on_.Write(value, now); }
  std::uint32_t ReadPowerOnPage(TimePoint now);
  std::uint32_t ReadReload(TimePoint /*now*/) { return reload(); }
  void WriteReload(std::uint32_t value, TimePoint now);
  std::uint32_t ReadReboot(TimePoint /*now*/) { return 0; }
  void WriteReboot(std::uint32_t value, TimePoint now);
  std::uint32_t ReadDoorbell(TimePoint now);
  void WriteDoorbell(std::uint32_t value, TimePoint now);
  std::uint32_t ReadAuthentication(TimePoint now);
  std::uint32_t ReadOwner(TimePoint now) { return flash_.ReadOwner(now); }
  void WriteOwner(std::uint32_t value, TimePoint now) { flash_.WriteOwner(value, now); }

  FlashPort flash_;
  PowerOnImage power_on_;
  IndirectAccess indirect_;
};

}  // namespace reflash::emu
