// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "emu/card/card_space.h"

namespace reflash::emu {

/// The registers of an N3000: everything is memory, the staging area too.
class N3000Space : public CardSpace {
 public:
  N3000Space(const CardSettings& settings, BoardController& controller, ViolationLog& violations)
      : CardSpace(settings, controller, violations) {}

  [[nodiscard]] bool IsStaging(std::uint64_t address) const override;

 private:
  /// A system register; `write` is null when it is only read.
  struct Register {
    std::uint64_t offset;
    std::uint32_t (N3000Space::*read)();
    void (N3000Space::*write)(std::uint32_t value, TimePoint now);
  };
  static const Register* FindRegister(std::uint64_t address);

  [[nodiscard]] Feature ControllerFeature() const override {
    return {.id = 0x0E, .offset = 0x10000};
  }
  std::optional<std::uint32_t> DoRead(std::uint64_t address, TimePoint now) override;
  bool DoWrite(std::uint64_t address, std::uint32_t value, TimePoint now) override;
  void WriteStaging(std::uint64_t offset, std::uint32_t value);

  std::uint32_t ReadControllerVersion() { return ControllerVersion(); }
  std::uint32_t ReadMacLow() { return MacLow(); }
  std::uint32_t ReadMacHigh() { return MacHigh(); }
  std::uint32_t ReadRunningPage() { return RunningPage(); }
  std::uint32_t ReadReload() { return reload(); }
  void WriteReload(std::uint32_t value, TimePoint now);
  std::uint32_t ReadDoorbell();
  void WriteDoorbell(std::uint32_t value, TimePoint now);
  std::uint32_t ReadAuthentication();

  bool boots_factory_ = false;
};

}  // namespace reflash::emu
