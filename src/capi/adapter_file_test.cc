// SPDX-License-Identifier: Apache-2.0
#include "capi/adapter_file.h"

#include <gtest/gtest.h>

#include "capi/adapter_file_maker.h"

namespace reflash::capi {
namespace {

constexpr AdapterFile kFile{.version = {.major = 1, .minor = 3, .build = 258},
                            .identity = {0x1014, 0x0477, 0x1014, 0x04DA}};

/// A file of "123456789", whose check code every description of CRC-32 gives: CBF43926h.
Bytes GoldenFile() {
  Bytes bytes = FromHex(
                    "5245464c41534841"
                    "01030102"
                    "01000000"
                    "00000049"
                    "cbf43926"
                    "10140477101404da")
                    .value();
  bytes.resize(64);
  Append(bytes, AsBytes("123456789"));
  return bytes;
}

TEST(AdapterFile, TellsWhatItsHeaderSays) {
  const auto file = AdapterFile::Parse(GoldenFile());
  ASSERT_TRUE(file && *file);
  EXPECT_EQ((*file)->version, kFile.version);
  EXPECT_EQ((*file)->identity, kFile.identity);
  EXPECT_FALSE((*file)->is_partial);
}

TEST(AdapterFile, TellsNothingOfARealImage) {
  EXPECT_FALSE(AdapterFile::Parse(MakeBytes({0})).value());
  EXPECT_FALSE(AdapterFile::Parse(AsBytes("REFLASHB and so on")).value());
  EXPECT_FALSE(AdapterFile::Parse({}).value());
}

TEST(AdapterFile, IsRefusedWhateverByteBehindTheHeaderIsDamaged) {
  const Bytes golden = GoldenFile();
  for (std::size_t at = AdapterFile::kHeaderBytes; at < golden.size(); ++at) {
    Bytes damaged = golden;
    damaged[at] ^= std::byte{0x10};
    EXPECT_EQ(AdapterFile::Parse(damaged).error().code(), ErrorCode::kInvalidImage) << at;
  }
}

TEST(AdapterFile, IsRefusedWhereverItIsCut) {
  const Bytes golden = GoldenFile();
  for (std::size_t size = 8; size < golden.size(); ++size) {
    EXPECT_EQ(AdapterFile::Parse(ByteView(golden).first(size)).error().code(),
              ErrorCode::kInvalidImage)
        << size;
  }
}

TEST(AdapterFile, IsFullOrPartialOrNone) {
  AdapterFile partial = kFile;
  partial.is_partial = true;
  EXPECT_TRUE(AdapterFile::Parse(MakeAdapterFile(partial, 10)).value()->is_partial);
  Bytes other = GoldenFile();
  other[12] = std::byte{3};
  EXPECT_EQ(AdapterFile::Parse(other).error().code(), ErrorCode::kInvalidImage);
}

}  // namespace
}  // namespace reflash::capi
