// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "async/scheduler.h"
#include "bus/card_registers.h"
#include "fpga/controller_family.h"

namespace reflash::fpga {

/// The board controller of a card: its system registers and the flash behind it. What it says there
/// is the business of others; how it is reached differs by family, one backend each.
///
/// Errors of all that talk to it: kNotFound when the card is gone, kTimeout when the way to the
/// controller does not answer, those of CardRegisters.
class BoardController {
 public:
  explicit BoardController(const ControllerFamily& family) : family_(family) {}
  BoardController(const BoardController&) = delete;
  BoardController& operator=(const BoardController&) = delete;
  virtual ~BoardController() = default;

  /// Finds out what card answers at `registers`, which outlive the controller. Nothing is changed.
  /// Errors: those of ReadFeatures; kNotSupported when no feature leads to a controller that is
  /// known.
  static Task<std::unique_ptr<BoardController>> Connect(Scheduler& scheduler,
                                                        CardRegisters& registers);

  [[nodiscard]] const ControllerFamily& family() const { return family_; }

  /// Reads a system register. No register holds FFFFFFFFh: what reads so twice is a card that has
  /// left the bus, kNotFound; what reads so once was a read that met it in the middle of something.
  Task<std::uint32_t> ReadSystem(std::uint64_t address);
  Task<void> WriteSystem(std::uint64_t address, std::uint32_t value);
  /// Writes what was read with the bits of `mask` taken from `bits`.
  Task<void> UpdateSystem(std::uint64_t address, std::uint32_t mask, std::uint32_t bits);

  /// Reads `count` bytes of flash, a multiple of 4. Not while an update runs.
  Task<Bytes> ReadFlash(std::uint64_t address, std::size_t count);
  /// Hands over the next part of an image, from its beginning on and in order; only while the
  /// controller is ready for it. `data` is a multiple of 4 long and lives until the Task has ended.
  Task<void> WriteStaging(std::uint64_t offset, ByteView data);

 private:
  virtual Task<std::uint32_t> DoReadSystem(std::uint64_t address) = 0;
  virtual Task<void> DoWriteSystem(std::uint64_t address, std::uint32_t value) = 0;
  virtual Task<Bytes> DoReadFlash(std::uint64_t address, std::size_t count) = 0;
  virtual Task<void> DoWriteStaging(std::uint64_t offset, ByteView data) = 0;

  const ControllerFamily& family_;
};

}  // namespace reflash::fpga
