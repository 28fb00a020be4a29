// SPDX-License-Identifier: Apache-2.0
#include "emu/card/staging_area.h"

#include <algorithm>
#include <cassert>

namespace reflash::emu {
namespace {

constexpr std::size_t kWordBytes = sizeof(std::uint32_t);
constexpr std::uint32_t kErased = 0xFFFFFFFFU;

}  // namespace

void StagingArea::Erase() {
  pages_.clear();
  used_bytes_ = 0;
}

bool StagingArea::Program(std::size_t offset, std::uint32_t value) {
  assert(offset % kWordBytes == 0 && offset < size_bytes_);
  const std::size_t word = offset / kWordBytes;
  const std::size_t index = word / kPageWords;
  if (index >= pages_.size()) pages_.resize(index + 1);
  if (!pages_[index]) pages_[index] = std::make_unique<Page>();
  Page& page = *pages_[index];
  const std::size_t within = word % kPageWords;
  const bool erased = !page.written[within];
  page.words[within] &= value;
  page.written.set(within);
  used_bytes_ = std::max(used_bytes_, offset + kWordBytes);
  return erased;
}

std::uint32_t StagingArea::Word(std::size_t offset) const {
  const std::size_t word = offset / kWordBytes;
  const std::size_t index = word / kPageWords;
  return index < pages_.size() && pages_[index] ? pages_[index]->words[word % kPageWords] : kErased;
}

Bytes StagingArea::Contents() const {
  Bytes contents(used_bytes_);
  for (std::size_t offset = 0; offset < contents.size(); offset += kWordBytes) {
    const std::uint32_t word = Word(offset);
    for (std::size_t index = 0; index < kWordBytes; ++index) {
      contents[offset + index] = static_cast<std::byte>(word >> (8 * index) & 0xFFU);
    }
  }
  return contents;
}

}  // namespace reflash::emu
