// SPDX-License-Identifier: Apache-2.0
#include "capi/image_chunks.h"

#include <algorithm>
#include <cassert>
#include <span>

namespace reflash::capi {

ImageChunks::ImageChunks(const AdapterIdentity& identity, ByteView image)
    : image_(image),
      first_page_image_bytes_(std::min(image.size(), kBufferBytes - kAdapterHeaderBytes)) {
  assert(!image.empty());
  const AdapterHeader header = MakeAdapterHeader(identity, image.size());
  std::ranges::copy(header, first_page_.begin());
  std::ranges::copy(image.first(first_page_image_bytes_),
                    std::span(first_page_).subspan(kAdapterHeaderBytes).begin());
}

Chunk ImageChunks::At(std::uint64_t offset) const {
  assert(offset < image_.size());
  const std::size_t longest = offset == 0 ? kFirstChunkBytes : kChunkBytes;
  ByteView left = image_.subspan(offset);
  left = left.first(std::min(longest, left.size()));

  Chunk chunk{.buffers = {}, .image_bytes = left.size()};
  chunk.buffers.reserve(PlatformFacility::kMostEntries);
  if (offset == 0) {
    chunk.buffers.push_back(
        ByteView(first_page_).first(kAdapterHeaderBytes + first_page_image_bytes_));
    left = left.subspan(first_page_image_bytes_);
  }
  while (!left.empty()) {
    const ByteView buffer = left.first(std::min(kBufferBytes, left.size()));
    chunk.buffers.push_back(buffer);
    left = left.subspan(buffer.size());
  }
  return chunk;
}

}  // namespace reflash::capi
