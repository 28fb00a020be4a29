// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string>
#include <vector>

namespace reflash {
namespace {

TEST(Bytes, AreLoadedInBothOrders) {
  const Bytes bytes = MakeBytes({0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09});
  EXPECT_EQ(LoadBigEndian<std::uint8_t>(bytes), 0x01U);
  EXPECT_EQ(LoadBigEndian<std::uint16_t>(bytes), 0x0102U);
  EXPECT_EQ(LoadBigEndian<std::uint32_t>(bytes), 0x01020304U);
  EXPECT_EQ(LoadBigEndian<std::uint64_t>(bytes), 0x0102030405060708U);
  EXPECT_EQ(LoadLittleEndian<std::uint16_t>(bytes), 0x0201U);
  EXPECT_EQ(LoadLittleEndian<std::uint32_t>(bytes), 0x04030201U);
}

TEST(Bytes, AreStoredHighestByteFirstAndNoFurther) {
  Bytes bytes = MakeBytes({0xEE, 0xEE, 0xEE});
  StoreBigEndian<std::uint16_t>(bytes, 0x1234);
  EXPECT_EQ(bytes, MakeBytes({0x12, 0x34, 0xEE}));
}

TEST(Bytes, AreAppended) {
  Bytes bytes = MakeBytes({0xAA});
  AppendBigEndian<std::uint32_t>(bytes, 0x80000001);
  Append(bytes, AsBytes("ok"));
  EXPECT_EQ(bytes, MakeBytes({0xAA, 0x80, 0x00, 0x00, 0x01, 'o', 'k'}));
}

RC_GTEST_PROP(Bytes, AreLoadedAsTheyWereStored, (std::uint64_t value)) {
  Bytes bytes;
  AppendBigEndian(bytes, value);
  RC_ASSERT(LoadBigEndian<std::uint64_t>(bytes) == value);
  std::ranges::reverse(bytes);
  RC_ASSERT(LoadLittleEndian<std::uint64_t>(bytes) == value);
}

TEST(Hex, IsLowerCaseWithoutSeparators) {
  EXPECT_EQ(ToHex(MakeBytes({0x00, 0x9F, 0xAB})), "009fab");
  EXPECT_EQ(ToHex({}), "");
}

TEST(Hex, IsReadInEitherCase) {
  EXPECT_EQ(*FromHex("00aBCdef"), MakeBytes({0x00, 0xAB, 0xCD, 0xEF}));
  EXPECT_EQ(*FromHex(""), Bytes());
}

TEST(Hex, RefusesWhatIsNoWholeByteOrNoDigit) {
  for (const std::string_view text : {"0", "123", "0x12", "1g", "g1", " 1", "1 ", "-1", "+1"}) {
    const Result<Bytes> result = FromHex(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(FromHex("001x").error().Message(), "not a hexadecimal byte at digit 3");
}

RC_GTEST_PROP(Hex, GivesBackTheBytesThatWereWritten, (const std::vector<std::uint8_t>& values)) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(values.data()),
                    reinterpret_cast<const std::byte*>(values.data() + values.size()));
  const std::string digits = ToHex(bytes);
  RC_ASSERT(digits.size() == 2 * bytes.size());
  RC_ASSERT(*FromHex(digits) == bytes);
}

RC_GTEST_PROP(Hex, IsReadOnlyFromDigits, (const std::string& text)) {
  const bool all_digits = std::ranges::all_of(
      text, [](char letter) { return std::isxdigit(static_cast<unsigned char>(letter)) != 0; });
  RC_ASSERT(FromHex(text).has_value() == (all_digits && text.size() % 2 == 0));
}

TEST(PrintableText, EndsAtTheFirstZeroAndDropsTrailingSpaces) {
  EXPECT_EQ(PrintableText(AsBytes("ACME            ")), "ACME");
  EXPECT_EQ(PrintableText(AsBytes("  two words ")), "  two words");
  EXPECT_EQ(PrintableText(AsBytes(std::string_view("AC\0ME", 5))), "AC");
  EXPECT_EQ(PrintableText(AsBytes(std::string_view("\0\0", 2))), "");
  EXPECT_EQ(PrintableText(AsBytes("    ")), "");
  EXPECT_EQ(PrintableText({}), "");
}

TEST(PrintableText, HidesWhatATerminalWouldActOn) {
  EXPECT_EQ(PrintableText(AsBytes("\x1b[2J\x7f\n\xff")), "?[2J???");
}

RC_GTEST_PROP(PrintableText, IsAlwaysPrintable, (const std::string& field)) {
  for (const char letter : PrintableText(AsBytes(field))) {
    RC_ASSERT(letter >= ' ');
    RC_ASSERT(letter <= '~');
  }
}

}  // namespace
}  // namespace reflash
