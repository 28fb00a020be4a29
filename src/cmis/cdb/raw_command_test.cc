// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/raw_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reflash::cmis {
namespace {

using ::testing::HasSubstr;

TEST(RawCommand, IsReadFromHexadecimalDigits) {
  for (const char* id : {"0041", "41", "0x41", "0041h"}) {
    EXPECT_EQ(RawCommand::Parse(id, "", "", 0).value().id, 0x0041) << id;
  }
  const RawCommand command = RawCommand::Parse("9101", "00ff", "a0a1a2", 0).value();
  EXPECT_EQ(command.lpl, MakeBytes({0x00, 0xFF}));
  EXPECT_EQ(command.epl, MakeBytes({0xA0, 0xA1, 0xA2}));
  EXPECT_EQ(command.AsCommand().reply_bytes, Command::kLargestLpl);
}

TEST(RawCommand, KnowsHowLongABlockThatIsReadBackIs) {
  const RawCommand command = RawCommand::Parse("0106", "000010000800", "", 0).value();
  EXPECT_EQ(command.AsCommand().epl_reply_bytes, 2048U);
  EXPECT_EQ(command.AsCommand().reply_bytes, 0U);
  EXPECT_EQ(RawCommand::Parse("0106", "000010000800", "", 16).value().epl_reply_bytes, 16U);
}

TEST(RawCommand, IsRefusedWithWhatIsWrong) {
  const auto error = [](std::string_view id, std::string_view lpl, std::string_view epl) {
    const auto command = RawCommand::Parse(id, lpl, epl, 0);
    return command ? "no error" : command.error().Message();
  };
  for (const char* id : {"", "h", "0x", "12345", "xyz", "-1", "41 "}) {
    EXPECT_THAT(error(id, "", ""), HasSubstr("is no command")) << id;
  }
  EXPECT_THAT(error("41", "0", ""), HasSubstr("the local payload"));
  EXPECT_THAT(error("41", std::string(242, '0'), ""), HasSubstr("121 bytes; at most 120"));
  EXPECT_THAT(error("41", "", std::string(4098, '0')), HasSubstr("2049 bytes; at most 2048"));
  EXPECT_THAT(error("0106", "000000000801", ""), HasSubstr("a reply of 2049 bytes"));
}

}  // namespace
}  // namespace reflash::cmis
