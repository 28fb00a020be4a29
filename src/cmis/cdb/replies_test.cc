// SPDX-License-Identifier: Apache-2.0
// The replies of the module, from bytes as the specification draws them.
#include <gtest/gtest.h>

#include "cmis/cdb/firmware_features.h"
#include "cmis/cdb/firmware_info.h"

namespace reflash::cmis {
namespace {

using std::chrono::milliseconds;

constexpr std::uint8_t kCmis50 = 0x50;

Bytes FeaturesReply(unsigned flags, unsigned header, unsigned mechanism) {
  return MakeBytes({0x00, flags, header, 0xFF, 0x0F, mechanism, 0x01, 0x01, 0x07, 0xD0, 0x00, 0x64,
                    0x00, 0x0A, 0x03, 0xE8, 0x00, 0x00});
}

TEST(FirmwareFeatures, ReadsWhatAModuleOffers) {
  const auto features = FirmwareFeatures::Parse(FeaturesReply(0x87, 64, 0x11), kCmis50);
  ASSERT_TRUE(features) << features.error().Message();
  EXPECT_TRUE(features->read_back);
  EXPECT_TRUE(features->skip_erased);
  EXPECT_TRUE(features->copy);
  EXPECT_TRUE(features->abort);
  EXPECT_TRUE(features->hitless);
  EXPECT_EQ(features->start_header_bytes, 64);
  EXPECT_EQ(features->erased_byte, 0xFF);
  EXPECT_EQ(features->read_write_length_ext, 15);
  EXPECT_EQ(features->max_start, milliseconds(2000));
  EXPECT_EQ(features->max_abort, milliseconds(100));
  EXPECT_EQ(features->max_write, milliseconds(10));
  EXPECT_EQ(features->max_complete, milliseconds(1000));
}

TEST(FirmwareFeatures, MultipliesDurationsByTenWhereCmis5ModulesSaySo) {
  const Bytes reply = FeaturesReply(0x08, 64, 0x01);
  EXPECT_EQ(FirmwareFeatures::Parse(reply, 0x50)->max_start, milliseconds(20'000));
  EXPECT_EQ(FirmwareFeatures::Parse(reply, 0x52)->max_write, milliseconds(100));
  EXPECT_EQ(FirmwareFeatures::Parse(reply, 0x40)->max_start, milliseconds(2000));
}

TEST(FirmwareFeatures, KnowsOldAndNewCodesOfTheWriteMechanism) {
  struct Row {
    unsigned code;
    bool lpl;
    bool epl;
  };
  for (const Row& row : {Row{0x00, true, false}, Row{0x01, true, false}, Row{0x02, false, true},
                         Row{0x03, true, true}, Row{0x10, false, true}, Row{0x11, true, true},
                         Row{0x77, true, false}}) {
    const auto features = FirmwareFeatures::Parse(FeaturesReply(0, 0, row.code), kCmis50);
    ASSERT_TRUE(features);
    EXPECT_EQ(features->write_lpl, row.lpl) << row.code;
    EXPECT_EQ(features->write_epl, row.epl) << row.code;
  }
}

TEST(FirmwareFeatures, RefusesAStartHeaderThatNoCommandHasRoomFor) {
  EXPECT_TRUE(FirmwareFeatures::Parse(FeaturesReply(0, 112, 1), kCmis50));
  const auto features = FirmwareFeatures::Parse(FeaturesReply(0, 113, 1), kCmis50);
  ASSERT_FALSE(features);
  EXPECT_EQ(features.error().code(), ErrorCode::kHwError);
  EXPECT_EQ(features.error().Message(),
            "the module wants a start header of 113 bytes; a command has room for 112");
}

TEST(FirmwareFeatures, RefusesAShortReply) {
  const Bytes reply = FeaturesReply(0, 0, 1);
  for (std::size_t length = 0; length < reply.size(); ++length) {
    EXPECT_FALSE(FirmwareFeatures::Parse(ByteView(reply).first(length), kCmis50)) << length;
  }
}

Bytes InfoReply(unsigned status, unsigned present) {
  Bytes reply(FirmwareInfo::kReplyBytes);
  reply[0] = static_cast<std::byte>(status);
  reply[1] = static_cast<std::byte>(present);
  const Bytes a = MakeBytes({1, 2, 0x01, 0x2C, 'b', 'e', 't', 'a', ' '});
  const Bytes b = MakeBytes({1, 3, 0x00, 0x00});
  std::ranges::copy(a, reply.begin() + 2);
  std::ranges::copy(b, reply.begin() + 38);
  std::ranges::copy(MakeBytes({0, 9, 0, 7}), reply.begin() + 74);
  return reply;
}

TEST(FirmwareInfo, ReadsBothBanksAndTheFactoryImage) {
  const auto info = FirmwareInfo::Parse(InfoReply(0x43, 0x05));
  ASSERT_TRUE(info) << info.error().Message();
  EXPECT_TRUE(info->a.running && info->a.committed && info->a.valid);
  EXPECT_EQ(info->a.version, (Version{1, 2, 300}));
  EXPECT_EQ(info->a.extra, "beta");
  EXPECT_FALSE(info->b.valid);
  EXPECT_TRUE(info->b.marked_empty);
  EXPECT_EQ(info->factory.version, (Version{0, 9, 7}));
  EXPECT_FALSE(info->SingleBank());
}

TEST(FirmwareInfo, TellsAnEmptyBankFromOneThatIsNotThere) {
  EXPECT_FALSE(FirmwareInfo::Parse(InfoReply(0x43, 0x01))->SingleBank());
  EXPECT_TRUE(FirmwareInfo::Parse(InfoReply(0x03, 0x01))->SingleBank());
  EXPECT_FALSE(FirmwareInfo::Parse(InfoReply(0x03, 0x03))->SingleBank());
}

TEST(FirmwareInfo, DoesWithoutAFactoryImageButNotWithoutBankB) {
  const Bytes reply = InfoReply(0x43, 0x01);
  EXPECT_TRUE(FirmwareInfo::Parse(ByteView(reply).first(74)));
  EXPECT_FALSE(FirmwareInfo::Parse(ByteView(reply).first(73)));
}

}  // namespace
}  // namespace reflash::cmis
