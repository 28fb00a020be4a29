// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "bus/platform_facility.h"
#include "capi/adapter_header.h"

namespace reflash::capi {

/// What goes to the platform with one call.
struct Chunk {
  std::vector<ByteView> buffers;  ///< of 4096 bytes each, the last of at least one
  std::uint64_t image_bytes = 0;  ///< how many of them are of the image
};

/// Cuts an image into the chunks of a sequence. They are views: of the image's own bytes, and of
/// one page that is kept here, with the header and what follows it in the first buffer:
///
///     | header 128 | image 3968 | image 4096 | image 4096 | ... 256 buffers | next chunk ...
///
/// Outlives its chunks; the image outlives it.
class ImageChunks {
 public:
  static constexpr std::size_t kBufferBytes = PlatformFacility::kBufferBytes;
  static constexpr std::size_t kChunkBytes = kBufferBytes * PlatformFacility::kMostEntries;
  /// The most of the image that fits beside the header in the first chunk.
  static constexpr std::size_t kFirstChunkBytes = kChunkBytes - kAdapterHeaderBytes;

  /// `image` is not empty.
  ImageChunks(const AdapterIdentity& identity, ByteView image);
  ImageChunks(const ImageChunks&) = delete;
  ImageChunks& operator=(const ImageChunks&) = delete;
  ~ImageChunks() = default;

  /// The chunk that begins with the byte at `offset` of the image: as long as it can be. `offset`
  /// is less than the length of the image.
  [[nodiscard]] Chunk At(std::uint64_t offset) const;

 private:
  ByteView image_;
  std::array<std::byte, kBufferBytes> first_page_{};
  std::size_t first_page_image_bytes_;
};

}  // namespace reflash::capi
