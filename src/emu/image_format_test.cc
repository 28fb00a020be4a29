// SPDX-License-Identifier: Apache-2.0
#include "emu/image_format.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace reflash::emu {
namespace {

TEST(ImageFormat, HoldsWhatItWasMadeOf) {
  const Bytes image = *MakeImage({1, 3, 777}, "OSFP-800G-DR8", 10000, 5);
  EXPECT_EQ(image.size(), 10000U);
  const ImageHeader header = *ParseImageHeader(image);
  EXPECT_EQ(header.version, (Version{1, 3, 777}));
  EXPECT_EQ(header.part, "OSFP-800G-DR8");
  EXPECT_EQ(header.length_bytes, 10000U);
  EXPECT_EQ(header.checksum, ImageChecksum(image));
}

TEST(ImageFormat, StandsAsTheReadmeSays) {
  const Bytes image = *MakeImage({1, 3, 0x0203}, "P", 64);
  EXPECT_EQ(ToHex(ByteView(image).first(36)),
            "5245464c41534849"
            "00010000"
            "01030203"
            "50000000000000000000000000000000"
            "00000040");
  EXPECT_TRUE(std::all_of(image.begin() + 40, image.end(),
                          [](std::byte byte) { return byte == std::byte{0}; }));
}

TEST(ImageFormat, IsTheSameForTheSameSeedOnly) {
  EXPECT_EQ(*MakeImage({1, 3, 0}, "P", 5000, 5), *MakeImage({1, 3, 0}, "P", 5000, 5));
  EXPECT_NE(*MakeImage({1, 3, 0}, "P", 5000, 5), *MakeImage({1, 3, 0}, "P", 5000, 6));
}

TEST(ImageFormat, HasStretchesOfPadding) {
  const Bytes image = *MakeImage({1, 3, 0}, "P", 1U << 20U);
  const auto padding = std::ranges::count(image, std::byte{0xFF});
  EXPECT_GT(padding, 1 << 17);
  EXPECT_LT(padding, 1 << 19);
  EXPECT_FALSE(std::ranges::search(image, Bytes(4096, std::byte{0xFF})).empty());
}

TEST(ImageFormat, NoticesEveryChangedByte) {
  const Bytes image = *MakeImage({1, 3, 0}, "P", 200);
  const std::uint32_t checksum = ImageChecksum(image);
  for (std::size_t index = 0; index < image.size(); ++index) {
    Bytes changed = image;
    changed[index] ^= std::byte{0x40};
    const bool in_checksum = index >= 36 && index < 40;
    EXPECT_EQ(ImageChecksum(changed) == checksum, in_checksum) << index;
  }
}

TEST(ImageFormat, RefusesWhatNoModuleCouldExpress) {
  EXPECT_TRUE(MakeImage({255, 255, 65535}, "0123456789ABCDEF", 64));
  EXPECT_FALSE(MakeImage({256, 0, 0}, "P", 64));
  EXPECT_FALSE(MakeImage({0, 256, 0}, "P", 64));
  EXPECT_FALSE(MakeImage({0, 0, 65536}, "P", 64));
  EXPECT_FALSE(MakeImage({1, 0, 0}, "0123456789ABCDEFG", 64));
  EXPECT_FALSE(MakeImage({1, 0, 0}, "tab\t", 64));
  EXPECT_FALSE(MakeImage({1, 0, 0}, "P", 63));
  EXPECT_EQ(MakeImage({1, 0, 0}, "P", 0).error().code(), ErrorCode::kInvalidArgument);
}

TEST(ImageFormat, RefusesOtherFiles) {
  EXPECT_FALSE(ParseImageHeader({}));
  EXPECT_FALSE(ParseImageHeader(Bytes(63)));
  EXPECT_EQ(ParseImageHeader(Bytes(64)).error().code(), ErrorCode::kInvalidImage);
}

TEST(ImageFormat, FitsAPartOrAllThatBeginAlike) {
  EXPECT_TRUE((ImageHeader{.part = "OSFP-800G"}).Fits("OSFP-800G"));
  EXPECT_FALSE((ImageHeader{.part = "OSFP-800G"}).Fits("OSFP-800G-DR8"));
  EXPECT_TRUE((ImageHeader{.part = "OSFP-8*"}).Fits("OSFP-800G-DR8"));
  EXPECT_FALSE((ImageHeader{.part = "OSFP-8*"}).Fits("OSFP-400G"));
}

TEST(ImageFormat, MakesTheManifestOfAnImage) {
  EXPECT_EQ(MakeManifest({1, 3, 0}, "OSFP-8*", AsBytes("abc")),
            "[image]\n"
            "version = \"1.3.0\"\n"
            "sha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"\n"
            "\n"
            "[[fits]]\n"
            "kind = \"cmis-module\"\n"
            "part = \"OSFP-8*\"\n");
}

}  // namespace
}  // namespace reflash::emu
