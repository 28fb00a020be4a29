// SPDX-License-Identifier: Apache-2.0
#include "capi/image_chunks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace reflash::capi {
namespace {

constexpr AdapterIdentity kIdentity{.vendor = 0x1014, .device = 0x0477};
constexpr std::size_t kFirst = 1'048'448;
constexpr std::size_t kNext = 1'048'576;

/// Bytes on the heap that end where the buffer ends, so that the sanitizer sees a read past them.
struct Counting {
  explicit Counting(std::size_t count) : size(count), bytes(std::make_unique<std::byte[]>(count)) {
    for (std::size_t index = 0; index < count; ++index) {
      bytes[index] = static_cast<std::byte>(index * 7 + index / 251);
    }
  }
  [[nodiscard]] ByteView view() const { return {bytes.get(), size}; }
  std::size_t size;
  std::unique_ptr<std::byte[]> bytes;
};

/// All chunks, one behind the other; each is held to the rules of a list.
std::vector<Bytes> CutAll(ByteView image) {
  const ImageChunks chunks(kIdentity, image);
  std::vector<Bytes> all;
  for (std::uint64_t offset = 0; offset < image.size();) {
    const Chunk chunk = chunks.At(offset);
    EXPECT_LE(chunk.buffers.size(), 256U);
    Bytes bytes;
    for (const ByteView& buffer : chunk.buffers) {
      const bool last = &buffer == &chunk.buffers.back();
      EXPECT_TRUE(buffer.size() == 4096 || (last && !buffer.empty() && buffer.size() < 4096));
      Append(bytes, buffer);
    }
    EXPECT_EQ(bytes.size(), chunk.image_bytes + (offset == 0 ? 128 : 0));
    offset += chunk.image_bytes;
    all.push_back(std::move(bytes));
  }
  return all;
}

class ImageOfSize : public testing::TestWithParam<std::pair<std::size_t, std::size_t>> {};

TEST_P(ImageOfSize, IsCutIntoAsFewFullChunksAsPossible) {
  const auto [size, count] = GetParam();
  const Counting image(size);
  const std::vector<Bytes> chunks = CutAll(image.view());
  ASSERT_EQ(chunks.size(), count);
  Bytes whole;
  for (const Bytes& chunk : chunks) {
    if (&chunk != &chunks.back()) EXPECT_EQ(chunk.size(), kNext);
    Append(whole, chunk);
  }
  const AdapterHeader header = MakeAdapterHeader(kIdentity, size);
  ASSERT_EQ(whole.size(), size + header.size());
  EXPECT_TRUE(std::ranges::equal(ByteView(whole).first(header.size()), header));
  EXPECT_TRUE(std::ranges::equal(ByteView(whole).subspan(header.size()), image.view()));
}

// 3968 with the header is one buffer to the last byte: there the kernel's driver read 128 bytes
// too many, and with less it wrote past its page (B5.2).
INSTANTIATE_TEST_SUITE_P(
    ImageChunks, ImageOfSize,
    testing::Values(std::pair{1U, 1U}, std::pair{127U, 1U}, std::pair{128U, 1U},
                    std::pair{129U, 1U}, std::pair{3967U, 1U}, std::pair{3968U, 1U},
                    std::pair{3969U, 1U}, std::pair{4095U, 1U}, std::pair{4096U, 1U},
                    std::pair{4097U, 1U}, std::pair{3968U + 4096U, 1U},
                    std::pair{3968U + 4097U, 1U}, std::pair{kFirst - 1, 1U}, std::pair{kFirst, 1U},
                    std::pair{kFirst + 1, 2U}, std::pair{kNext, 2U},
                    std::pair{kFirst + kNext - 1, 2U}, std::pair{kFirst + kNext, 2U},
                    std::pair{kFirst + kNext + 1, 3U}, std::pair{3 * kNext, 4U}));

TEST(ImageChunks, PointIntoTheImageInsteadOfCopyingIt) {
  const Counting image(2 * kNext);
  const ImageChunks chunks(kIdentity, image.view());
  EXPECT_EQ(chunks.At(0).buffers.at(1).data(), image.view().data() + 3968);
  EXPECT_EQ(chunks.At(kFirst).buffers.at(0).data(), image.view().data() + kFirst);
  EXPECT_EQ(chunks.At(kFirst).buffers.size(), 256U);
}

TEST(ImageChunks, HaveOneBufferWhereAllFitsIntoIt) {
  const Counting image(100);
  const ImageChunks chunks(kIdentity, image.view());
  const Chunk chunk = chunks.At(0);
  ASSERT_EQ(chunk.buffers.size(), 1U);
  EXPECT_EQ(chunk.buffers.front().size(), 228U);
  EXPECT_EQ(chunk.image_bytes, 100U);
}

}  // namespace
}  // namespace reflash::capi
