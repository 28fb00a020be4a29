// SPDX-License-Identifier: Apache-2.0
#include "fpga/pacsign_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fpga/pacsign_maker.h"

namespace reflash::fpga {
namespace {

using testing::HasSubstr;

std::string RefusalOf(ByteView file) {
  const Result<PacsignFile> parsed = PacsignFile::Parse(file);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code(), ErrorCode::kInvalidImage);
  return parsed.error().Message();
}

// Block 0 of the payload 00h to FFh, put together with Python's struct and hashlib.
TEST(PacsignFile, IsWhatAnotherProgramMakesOfThePayload) {
  const Bytes golden = FromHex(
                           "19fdeab600010000000000000000000040aff2e9d2d8922e47afd4648e696749"
                           "7158785fbd1da870e7110266bf944880ffdaebff65ed05cf400f0221c4ccfb4b"
                           "2104fb6a51f87e40be6c4309386bfdec2892e9179b34632331a59592737db5c5")
                           .value();
  Bytes file = MakePacsignFile();
  std::ranges::copy(golden, file.begin());
  const Result<PacsignFile> parsed = PacsignFile::Parse(file);
  ASSERT_TRUE(parsed) << parsed.error().Message();
  EXPECT_EQ(parsed->sort, ContentSort::kStaticRegion);
  EXPECT_EQ(parsed->purpose, ContentPurpose::kUpdate);
  EXPECT_EQ(parsed->payload.size(), 256U);
  EXPECT_EQ(parsed->payload.data(), file.data() + 1024);
}

TEST(PacsignFile, TellsItsSortAndWhatItDoes) {
  for (const ContentSort sort : {ContentSort::kController, ContentSort::kDeviceManager}) {
    EXPECT_EQ(PacsignFile::Parse(MakePacsignFile(sort))->sort, sort);
  }
  for (const ContentPurpose purpose : {ContentPurpose::kCancelKey, ContentPurpose::kRootKeyHash256,
                                       ContentPurpose::kRootKeyHash384}) {
    const Bytes file = MakePacsignFile(ContentSort::kController, purpose);
    EXPECT_EQ(PacsignFile::Parse(file)->purpose, purpose);
  }
}

struct Damage {
  std::size_t offset;
  std::uint32_t word;
  std::string_view words;
};

TEST(PacsignFile, IsRefusedWithTheOffsetWhatWasExpectedAndWhatWasFound) {
  for (const auto& [offset, word, words] :
       {Damage{0, 0x12345678,
               "at offset 0, block 0 of a PACSign file begins with B6EAFD19h; found "
               "12345678h"},
        Damage{128, 1, "at offset 128, block 1"}, Damage{144, 1, "at offset 144, the root entry"},
        Damage{276, 0x15364367, "at offset 276, the code signing key entry"},
        Damage{508, 1, "at offset 508, the block 0 entry"},
        Damage{8, 8, "at offset 8, sorts of images are 0 to 7; found 8"},
        Damage{8, 0x400, "at offset 9, what a file does is 0 to 3; found 4"},
        Damage{4, 255, "tells of a payload of 255 bytes; the file has 256"},
        Damage{4, 0xFFFFFFFF, "tells of a payload of 4294967295 bytes"}}) {
    Bytes file = MakePacsignFile();
    PutWord(file, offset, word);
    EXPECT_THAT(RefusalOf(file), HasSubstr(words));
  }
}

TEST(PacsignFile, MustNotHaveAKeyEntryWhereAKeyIsCanceled) {
  Bytes file = MakePacsignFile(ContentSort::kController, ContentPurpose::kCancelKey);
  PutWord(file, 276, 0x14711C2F);
  EXPECT_THAT(RefusalOf(file), HasSubstr("at offset 276, the block 0 entry"));
}

TEST(PacsignFile, IsRefusedWhereverItIsCutOff) {
  const Bytes file = MakePacsignFile();
  for (std::size_t size = 0; size < file.size(); ++size) {
    ASSERT_NE(RefusalOf(ByteView(file).first(size)), "") << size;
  }
  EXPECT_THAT(RefusalOf(ByteView(file).first(1151)), HasSubstr("at least 1152 bytes"));
  EXPECT_EQ(RefusalOf(MakePacsignFile(ContentSort::kStaticRegion, ContentPurpose::kUpdate,
                                      CountingPayload(128))),
            "");
}

TEST(PacsignFile, IsRefusedWhenABitOfThePayloadOrOfADigestChanged) {
  const Bytes file = MakePacsignFile();
  for (const std::size_t at : {1024U, 1279U, 16U, 47U}) {
    Bytes damaged = file;
    damaged[at] ^= std::byte{0x10};
    EXPECT_THAT(RefusalOf(damaged), HasSubstr("expects the SHA-256"));
  }
  for (const std::size_t at : {48U, 95U}) {
    Bytes damaged = file;
    damaged[at] ^= std::byte{1};
    EXPECT_THAT(RefusalOf(damaged), HasSubstr("at offset 48, block 0 expects the SHA-384"));
  }
}

}  // namespace
}  // namespace reflash::fpga
