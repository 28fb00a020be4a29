// SPDX-License-Identifier: Apache-2.0
#include "fpga/feature_list.h"

namespace reflash::fpga {
namespace {

constexpr std::size_t kMostFeatures = 64;
constexpr std::uint64_t kHeaderBytes = 8;
constexpr std::uint64_t kNobodyHome = ~0ULL;
constexpr std::uint64_t kLast = 1ULL << 40U;

std::uint64_t NextOffset(std::uint64_t header) { return (header >> 16U) & 0xFFFFFF; }

Task<std::uint64_t> ReadHeader(CardRegisters& registers, std::uint64_t address) {
  const std::uint64_t low = co_await registers.Read(address);
  const std::uint64_t high = co_await registers.Read(address + 4);
  co_return high << 32U | low;
}

Task<std::uint64_t> ReadFirstHeader(CardRegisters& registers) {
  const std::uint64_t header = co_await ReadHeader(registers, 0);
  if (header == kNobodyHome) {
    co_return Fail(ErrorCode::kNotFound, "nothing answers at {}: the card is gone or restarts",
                   registers.hardware_address());
  }
  if (header == 0) {
    co_return Fail(ErrorCode::kNotSupported, "there is no list of features at {}",
                   registers.hardware_address());
  }
  co_return header;
}

}  // namespace

Task<std::vector<Feature>> ReadFeatures(CardRegisters& registers) {
  std::vector<Feature> features;
  std::uint64_t address = 0;
  std::uint64_t header = co_await ReadFirstHeader(registers);
  while (true) {
    features.push_back({.id = static_cast<std::uint16_t>(header & 0xFFF), .address = address});
    const std::uint64_t next = NextOffset(header);
    if ((header & kLast) != 0 || next == 0) co_return features;
    if (next % kHeaderBytes != 0 || features.size() == kMostFeatures) {
      co_return Fail(ErrorCode::kHwError,
                     "the list of features cannot be followed: header {} at {:#x} is {:#x}",
                     features.size(), address, header);
    }
    address += next;
    header = co_await ReadHeader(registers, address);
    if (header == kNobodyHome) {
      co_return Fail(ErrorCode::kHwError,
                     "the list of features leads to {:#x}, where nothing answers", address);
    }
  }
}

}  // namespace reflash::fpga
