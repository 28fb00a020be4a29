// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_registers.h"

#include <algorithm>
#include <utility>

namespace reflash {
namespace {

using Kind = LabAccess::Kind;

static_assert(LabRegisters::kMostBlockBytes * 2 + 1024 < LabSocket::kMaxLineBytes);

/// Where a part of a block begins.
std::uint64_t PartAddress(std::uint64_t address, std::size_t at, BlockOrder order) {
  return order == BlockOrder::kFifo ? address : address + at;
}

}  // namespace

LabRegisters::LabRegisters(std::shared_ptr<LabConnection> connection, std::string name)
    : connection_(std::move(connection)),
      name_(std::move(name)),
      hardware_address_(connection_->identity() + '#' + name_) {}

Task<std::vector<LabValue>> LabRegisters::Perform(LabAccess access) {
  co_return co_await connection_->Access(name_, {&access, 1});
}

Task<std::uint32_t> LabRegisters::DoRead(std::uint64_t address) {
  const std::vector<LabValue> values = co_await Perform({.kind = Kind::kRead, .address = address});
  co_return std::get<std::uint32_t>(values.front());
}

Task<void> LabRegisters::DoWrite(std::uint64_t address, std::uint32_t value) {
  co_await Perform({.kind = Kind::kWrite, .address = address, .value = value});
}

Task<Bytes> LabRegisters::DoReadBlock(std::uint64_t address, std::size_t count, BlockOrder order) {
  Bytes read;
  while (read.size() < count) {
    const std::vector<LabValue> values =
        co_await Perform({.kind = Kind::kReadBlock,
                          .address = PartAddress(address, read.size(), order),
                          .count = std::min(kMostBlockBytes, count - read.size()),
                          .order = order});
    Append(read, std::get<Bytes>(values.front()));
  }
  co_return read;
}

Task<void> LabRegisters::DoWriteBlock(std::uint64_t address, ByteView data, BlockOrder order) {
  for (std::size_t at = 0; at < data.size(); at += kMostBlockBytes) {
    co_await Perform({.kind = Kind::kWriteBlock,
                      .address = PartAddress(address, at, order),
                      .data = data.subspan(at, std::min(kMostBlockBytes, data.size() - at)),
                      .order = order});
  }
}

}  // namespace reflash
