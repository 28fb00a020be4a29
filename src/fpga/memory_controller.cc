// SPDX-License-Identifier: Apache-2.0
#include "fpga/memory_controller.h"

namespace reflash::fpga {

Task<std::uint32_t> MemoryController::DoReadSystem(std::uint64_t address) {
  const Result<std::uint32_t> read =
      co_await Outcome(registers_.Read(family().system_base + address));
  // The BAR of a real card is too short for this address space.
  if (!read && read.error().code() == ErrorCode::kInvalidArgument) {
    co_return Fail(Error(ErrorCode::kNotSupported, fmt::format("this {} cannot be reached: {}",
                                                               family().name, family().missing))
                       .Because(read.error()));
  }
  co_return read;
}

Task<void> MemoryController::DoWriteSystem(std::uint64_t address, std::uint32_t value) {
  return registers_.Write(family().system_base + address, value);
}

Task<Bytes> MemoryController::DoReadFlash(std::uint64_t address, std::size_t count) {
  return registers_.ReadBlock(address, count, BlockOrder::kAscending);
}

Task<void> MemoryController::DoWriteStaging(std::uint64_t offset, ByteView data) {
  return registers_.WriteBlock(family().flash.staging + offset, data, BlockOrder::kAscending);
}

}  // namespace reflash::fpga
