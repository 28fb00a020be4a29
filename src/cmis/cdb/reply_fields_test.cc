// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/reply_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmis/cdb/commands.h"
#include "cmis/cdb/module_features.h"

namespace reflash::cmis {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint8_t kCmis50 = 0x50;

Bytes ModuleFeaturesReply() {
  Bytes reply(ModuleFeatures::kReplyBytes);
  reply[2] = std::byte{0b0001'0111};   // 0000h 0001h 0002h 0004h
  reply[10] = std::byte{0b0000'0011};  // 0040h 0041h
  reply[34] = std::byte{0x13};
  reply[35] = std::byte{0x88};
  return reply;
}

TEST(ModuleFeatures, AreABitmapAndALongestTime) {
  const ModuleFeatures features = ModuleFeatures::Parse(ModuleFeaturesReply()).value();
  EXPECT_THAT(features.commands, ElementsAre(0x0000, 0x0001, 0x0002, 0x0004, 0x0040, 0x0041));
  EXPECT_EQ(features.max_completion, std::chrono::seconds(5));
  EXPECT_FALSE(ModuleFeatures::Parse(Bytes(35)));
}

TEST(ReplyFields, TellWhatAModuleUnderstands) {
  EXPECT_THAT(DescribeReply(command_id::kModuleFeatures, ModuleFeaturesReply(), kCmis50),
              ElementsAre(ReplyField{"commands", "0000h 0001h 0002h 0004h 0040h 0041h"},
                          ReplyField{"longest completion", "5000 ms"}));
}

TEST(ReplyFields, TellWhichPasswordWasAccepted) {
  const auto status = [](unsigned value) {
    return DescribeReply(command_id::kQueryStatus, MakeBytes({2, value}), kCmis50).at(0).value;
  };
  EXPECT_EQ(status(0x00), "00h, booting");
  EXPECT_EQ(status(0x01), "01h, host password accepted");
  EXPECT_EQ(status(0x80), "80h, module password accepted");
}

TEST(ReplyFields, TellWhatACopyDid) {
  const Bytes reply = MakeBytes({0, 0, 0x10, 0, 0xAB, 1});
  EXPECT_THAT(DescribeReply(command_id::kCopyImage, reply, kCmis50),
              ElementsAre(ReplyField{"copied", "4096 bytes"}, ReplyField{"direction", "A to B"},
                          ReplyField{"outcome", "failed"}));
}

TEST(ReplyFields, TellTheAddressOfABlock) {
  const Bytes reply = MakeBytes({0, 0, 1, 0x40, 0xFF, 0xFF});
  EXPECT_THAT(DescribeReply(command_id::kReadBlockLpl, reply, kCmis50),
              ElementsAre(ReplyField{"address", "0x140"}, ReplyField{"bytes", "2"}));
}

TEST(ReplyFields, SayWhenAReplyIsTooShort) {
  for (const std::uint16_t id :
       {command_id::kQueryStatus, command_id::kModuleFeatures, command_id::kFirmwareFeatures,
        command_id::kFirmwareInfo, command_id::kReadBlockLpl, command_id::kCopyImage}) {
    EXPECT_THAT(DescribeReply(id, Bytes(1), kCmis50),
                Contains(testing::Field(&ReplyField::name, "error")))
        << id;
  }
}

TEST(ReplyFields, SayNothingOfACommandThatIsNotKnown) {
  EXPECT_THAT(DescribeReply(0x9101, Bytes(12), kCmis50), IsEmpty());
  EXPECT_THAT(DescribeReply(command_id::kCommitImage, {}, kCmis50), IsEmpty());
}

}  // namespace
}  // namespace reflash::cmis
