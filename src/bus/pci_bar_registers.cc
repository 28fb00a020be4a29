// SPDX-License-Identifier: Apache-2.0
#include "bus/pci_bar_registers.h"

#include <bit>
#include <utility>

namespace reflash {
namespace {

constexpr std::size_t kWord = 4;

/// PCI is little-endian, whatever this machine is.
std::uint32_t Swap(std::uint32_t value) {
  return std::endian::native == std::endian::little ? value : std::byteswap(value);
}

/// How far the next word of a block is from the one before.
std::size_t StrideOf(BlockOrder order) { return order == BlockOrder::kFifo ? 0 : 1; }

std::size_t SpanOf(BlockOrder order, std::size_t count) {
  return order == BlockOrder::kFifo ? kWord : count;
}

}  // namespace

PciBarRegisters::PciBarRegisters(Syscalls& syscalls, std::shared_ptr<PciFunction> function,
                                 unsigned bar)
    : syscalls_(syscalls),
      function_(std::move(function)),
      bar_(bar),
      hardware_address_("pci:" + function_->name()) {}

Result<void> PciBarRegisters::CheckUnclaimed() {
  return PciFunction::CheckUnclaimed(syscalls_, function_->name());
}

Result<std::span<volatile std::uint32_t>> PciBarRegisters::WordsAt(std::uint64_t address,
                                                                   std::size_t count) {
  const std::span<volatile std::uint32_t> words = REFLASH_TRY(function_->Registers(bar_));
  const std::size_t bytes = words.size() * kWord;
  if (address >= bytes || count > bytes - address) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} bytes at register {:#x} of {}: BAR {} has {:#x} bytes", count, address,
                function_->name(), bar_, bytes);
  }
  return words.subspan(address / kWord);
}

Task<std::uint32_t> PciBarRegisters::DoRead(std::uint64_t address) {
  const std::span<volatile std::uint32_t> words = co_await WordsAt(address, kWord);
  co_return Swap(words[0]);
}

Task<void> PciBarRegisters::DoWrite(std::uint64_t address, std::uint32_t value) {
  const std::span<volatile std::uint32_t> words = co_await WordsAt(address, kWord);
  words[0] = Swap(value);
}

Task<Bytes> PciBarRegisters::DoReadBlock(std::uint64_t address, std::size_t count,
                                         BlockOrder order) {
  const auto words = co_await WordsAt(address, SpanOf(order, count));
  Bytes read(count);
  for (std::size_t index = 0; index < count / kWord; ++index) {
    const std::uint32_t value = Swap(words[index * StrideOf(order)]);
    StoreLittleEndian(std::span(read).subspan(index * kWord), value);
  }
  co_return read;
}

Task<void> PciBarRegisters::DoWriteBlock(std::uint64_t address, ByteView data, BlockOrder order) {
  const auto words = co_await WordsAt(address, SpanOf(order, data.size()));
  for (std::size_t index = 0; index < data.size() / kWord; ++index) {
    const auto value = LoadLittleEndian<std::uint32_t>(data.subspan(index * kWord));
    words[index * StrideOf(order)] = Swap(value);
  }
}

}  // namespace reflash
