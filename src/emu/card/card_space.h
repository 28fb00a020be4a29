// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "async/scheduler.h"
#include "emu/card/board_controller.h"
#include "emu/card/card_settings.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// What a register asked the whole card to do.
struct CardRestart {
  CardPage page = CardPage::kFactory;  ///< of the FPGA, or the image of the controller
  bool controller = false;             ///< the controller starts again, and the FPGA with it
};

/// The registers of a card as the host sees them: those of the FPGA, which are the same in both
/// families, and those of a family. Words at addresses that are multiples of 4 and inside.
/// The references outlive it.
class CardSpace {
 public:
  /// The registers of `settings.family`.
  static std::unique_ptr<CardSpace> Make(const CardSettings& settings, BoardController& controller,
                                         ViolationLog& violations);
  CardSpace(const CardSpace&) = delete;
  CardSpace& operator=(const CardSpace&) = delete;
  virtual ~CardSpace() = default;

  std::uint32_t Read(std::uint64_t address, TimePoint now);
  void Write(std::uint64_t address, std::uint32_t value, TimePoint now);

  /// Whether a write at `address` hands over words of an image.
  [[nodiscard]] virtual bool IsStaging(std::uint64_t address) const = 0;
  /// Does what is due.
  virtual void Advance(TimePoint /*now*/) {}
  /// The card leaves the bus: what is under way in its registers is lost.
  virtual void Reset() { reload_ = 0; }
  /// What the last write asked for.
  std::optional<CardRestart> TakeRestart() { return std::exchange(restart_, std::nullopt); }

 protected:
  /// The feature that leads to the controller.
  struct Feature {
    std::uint32_t id;
    std::uint32_t offset;
  };

  CardSpace(const CardSettings& settings, BoardController& controller, ViolationLog& violations)
      : settings_(settings), controller_(controller), violations_(violations) {}

  [[nodiscard]] const CardSettings& settings() const { return settings_; }
  [[nodiscard]] BoardController& controller() { return controller_; }
  [[nodiscard]] const BoardController& controller() const { return controller_; }
  [[nodiscard]] ViolationLog& violations() { return violations_; }

  /// The register that has the FPGA load a page.
  [[nodiscard]] std::uint32_t reload() const { return reload_; }
  void set_reload(std::uint32_t value) { reload_ = value; }
  /// Asks for a start of the controller, if that is enabled.
  void RestartController(bool factory);
  /// `number` is what the host wrote; one that is no page is a violation.
  void ReloadFpga(std::uint32_t number);

  // Registers that both families have.
  [[nodiscard]] std::uint32_t ControllerVersion() const;
  [[nodiscard]] std::uint32_t MacLow() const;
  [[nodiscard]] std::uint32_t MacHigh() const;
  [[nodiscard]] std::uint32_t RunningPage() const {
    return static_cast<std::uint32_t>(controller_.banks().fpga());
  }
  /// Bits 7:4 and 11:8 of the doorbell.
  [[nodiscard]] std::uint32_t ProgressAndHostStatus() const;

 private:
  [[nodiscard]] virtual Feature ControllerFeature() const = 0;
  /// Nothing when there is no such register.
  virtual std::optional<std::uint32_t> DoRead(std::uint64_t address, TimePoint now) = 0;
  /// False when there is no such register to be written.
  virtual bool DoWrite(std::uint64_t address, std::uint32_t value, TimePoint now) = 0;

  [[nodiscard]] std::optional<std::uint32_t> ReadFpga(std::uint64_t address) const;
  [[nodiscard]] std::uint64_t BitstreamId() const;

  const CardSettings& settings_;
  BoardController& controller_;
  ViolationLog& violations_;
  std::optional<CardRestart> restart_;
  std::uint32_t reload_ = 0;
};

}  // namespace reflash::emu
