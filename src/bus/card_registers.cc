// SPDX-License-Identifier: Apache-2.0
#include "bus/card_registers.h"

namespace reflash {
namespace {

constexpr std::uint64_t kWord = 4;

Result<void> CheckAligned(std::uint64_t address, std::uint64_t count) {
  if (address % kWord == 0 && count % kWord == 0 && count > 0) return {};
  return Fail(ErrorCode::kInvalidArgument,
              "{} bytes at register {:#x}: registers are words of 4 bytes", count, address);
}

}  // namespace

Task<std::uint32_t> CardRegisters::Read(std::uint64_t address) {
  co_await CheckAligned(address, kWord);
  co_return co_await DoRead(address);
}

Task<void> CardRegisters::Write(std::uint64_t address, std::uint32_t value) {
  co_await CheckAligned(address, kWord);
  co_await DoWrite(address, value);
}

Task<Bytes> CardRegisters::ReadBlock(std::uint64_t address, std::size_t count, BlockOrder order) {
  co_await CheckAligned(address, count);
  co_return co_await DoReadBlock(address, count, order);
}

Task<void> CardRegisters::WriteBlock(std::uint64_t address, ByteView data, BlockOrder order) {
  co_await CheckAligned(address, data.size());
  co_await DoWriteBlock(address, data, order);
}

}  // namespace reflash
