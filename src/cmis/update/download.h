// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cmis/update/session.h"

namespace reflash::cmis {

/// One image on its way into a module: start, blocks, complete (CMIS 5.0, 7.3.1). The idle bank is
/// invalid from Start until Complete has succeeded. `session` outlives it.
class Download {
 public:
  /// `quirks` are those of the session's module.
  Download(Scheduler& scheduler, ModuleMemory& memory, Session& session, const Quirks& quirks)
      : scheduler_(scheduler), memory_(memory), session_(session), quirks_(quirks) {}

  /// Begins: the module erases the idle bank and takes the first start_header_bytes of the image.
  /// Errors: kInvalidSize for an image that is no longer than the start header; those of the
  /// channel.
  Task<void> Start(ByteView image);
  /// Writes one block from `offset` of the image on and returns how many bytes it held. What
  /// travelled in Start is not sent again, nor is a block that looks erased already, where the
  /// module permits to leave it out.
  Task<std::uint64_t> WriteBlock(ByteView image, std::uint64_t offset);
  /// Ends the download; the module checks the image.
  /// Errors: kInvalidImage when it refuses it.
  Task<void> Complete();
  /// Compares what the idle bank holds with the image, from `offset` on, and returns how many bytes
  /// were compared. Errors: kHwError with the place of the first difference.
  Task<std::uint64_t> CompareBlock(ByteView image, std::uint64_t offset);
  /// Ends a download without an image, whoever began it; fine when none is open.
  static Task<void> Abort(Session& session);

  /// Between the begin of Start and the success of Complete.
  [[nodiscard]] bool open() const { return open_; }

 private:
  Task<void> WriteWithRetries(const Command& command, std::uint64_t address);
  [[nodiscard]] std::size_t LongestEplBlock() const;
  [[nodiscard]] bool writes_epl() const;
  [[nodiscard]] bool reads_epl() const;
  [[nodiscard]] std::size_t BlockBytes(bool epl) const;
  /// BlockAddress of what stands at `offset` of the image.
  [[nodiscard]] std::uint32_t BlockAddress(std::uint64_t offset) const;
  [[nodiscard]] bool CanBeSkipped(ByteView block) const;
  Task<Bytes> ReadBlock(std::uint32_t address, std::size_t count);
  Task<void> AwaitAcknowledge();

  Scheduler& scheduler_;
  ModuleMemory& memory_;
  Session& session_;
  Quirks quirks_;
  bool open_ = false;
};

}  // namespace reflash::cmis
