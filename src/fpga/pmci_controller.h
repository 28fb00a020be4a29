// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "fpga/board_controller.h"

namespace reflash::fpga {

/// A controller behind the PMCI feature of the FPGA: its registers by indirect access, its flash
/// through a FIFO. In the order of the accesses (docs/fpga.md, "N6000"):
///
///     read      address; command 1; until acknowledged; data; command 0
///     write     address; data; command 2; until acknowledged; command 0
///     staging   until the FIFO has room; words, as many as there is room for
///     flash     ask for it, until it is ours; address; count and read mode; until not busy;
///               words; mode 0; give it back, until it is not ours
class PmciController : public BoardController {
 public:
  /// `base` is the address of the PMCI feature; `registers` and `scheduler` outlive it.
  PmciController(Scheduler& scheduler, CardRegisters& registers, const ControllerFamily& family,
                 std::uint64_t base)
      : BoardController(family), scheduler_(scheduler), registers_(registers), base_(base) {}

 private:
  /// What is waited for at a register.
  struct Condition {
    std::uint32_t mask;
    std::uint32_t wanted;
    std::string_view words;  ///< what did not happen: "does not acknowledge"
  };

  Task<std::uint32_t> DoReadSystem(std::uint64_t address) override;
  Task<void> DoWriteSystem(std::uint64_t address, std::uint32_t value) override;
  Task<Bytes> DoReadFlash(std::uint64_t address, std::size_t count) override;
  Task<void> DoWriteStaging(std::uint64_t offset, ByteView data) override;

  /// Ends what a process that was killed has left in the command register, once.
  Task<void> ClearCommand();
  /// Gives an indirect command and waits until it was acknowledged.
  Task<void> Command(std::uint32_t command);
  Task<Bytes> ReadFlashPart(std::uint64_t address, std::size_t count);
  Task<Bytes> ReadOwnedFlash(std::uint64_t address, std::size_t count);
  Task<void> AwaitOwner(Condition condition);
  Task<void> Await(std::uint64_t offset, Condition condition);
  /// How many words the FIFO takes now, at least 1.
  Task<std::size_t> AwaitRoom();

  Scheduler& scheduler_;
  CardRegisters& registers_;
  std::uint64_t base_;
  bool command_is_clear_ = false;
};

}  // namespace reflash::fpga
