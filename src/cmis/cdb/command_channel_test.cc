// SPDX-License-Identifier: Apache-2.0
// The exact accesses that commands consist of.
#include "cmis/cdb/command_channel.h"

#include <gtest/gtest.h>

#include <memory>

#include "async/simulated_scheduler.h"
#include "cmis/cdb/commands.h"
#include "cmis/cdb/scripted_eeprom.h"

namespace reflash::cmis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A channel to a scripted module.
class CommandChannelTest : public testing::Test {
 protected:
  CommandChannel Channel(CdbAdvertisement advertisement) {
    return {scheduler_, memory_, advertisement, 5};
  }

  /// The flag is taken before the first command, since its state is not known.
  void ExpectFlagTaken(const std::string& flags) { script_.Expect("R 00:8 1", flags); }

  Result<CommandReply> Execute(CommandChannel& channel, const Command& command,
                               Duration longest = seconds(5)) {
    return scheduler_.Run(channel.Execute(command, longest));
  }

  void TearDown() override { EXPECT_TRUE(script_.finished()); }

  static constexpr CdbAdvertisement kPlain{
      .instances = 1, .background = true, .epl_pages = 16, .read_write_length_ext = 255};

  SimulatedScheduler scheduler_;
  std::unique_ptr<ScriptedEeprom> owned_ = std::make_unique<ScriptedEeprom>();
  ScriptedEeprom& script_ = *owned_;
  ModuleMemory memory_{scheduler_, std::move(owned_)};
};

TEST_F(CommandChannelTest, WritesTheBodyThenTheIdAndReadsStatusAndFlag) {
  CommandChannel channel = Channel(kPlain);
  ExpectFlagTaken("40");
  script_.Expect("W 9f:130 000000f40000");
  script_.Expect("W 9f:128 010a");
  script_.Expect("R 00:37 1", "01");
  ExpectFlagTaken("40");
  EXPECT_FALSE(Execute(channel, CommitImageCommand())->status.failed());
}

TEST_F(CommandChannelTest, WritesAllAtOnceWhereTheStopTriggers) {
  CdbAdvertisement advertisement = kPlain;
  advertisement.trigger_on_stop = true;
  CommandChannel channel = Channel(advertisement);
  ExpectFlagTaken("00");
  script_.Expect("W 9f:128 010a000000f40000");
  script_.Expect("R 00:37 1", "81");
  script_.Expect("R 00:37 1", "01");
  EXPECT_FALSE(Execute(channel, CommitImageCommand())->status.failed());
}

TEST_F(CommandChannelTest, KeepsToShortBursts) {
  CdbAdvertisement advertisement = kPlain;
  advertisement.read_write_length_ext = 0;
  advertisement.trigger_on_stop = true;  // too long for one write, so the id goes last
  CommandChannel channel = Channel(advertisement);
  ExpectFlagTaken("00");
  script_.Expect("W 9f:130 0000042800000001");
  script_.Expect("W 9f:138 00c8");
  script_.Expect("W 9f:128 0109");
  script_.Expect("R 00:37 1", "83");
  script_.Expect("R 00:37 1", "01");
  const Command run = RunImageCommand(RunMode::kHitlessToInactive, milliseconds(200));
  EXPECT_FALSE(Execute(channel, run)->status.failed());
}

TEST_F(CommandChannelTest, SendsTheExtendedPayloadPageByPage) {
  CommandChannel channel = Channel(kPlain);
  const Bytes payload(130, std::byte{0x11});
  ExpectFlagTaken("00");
  script_.Expect("W a0:128 " + ToHex(ByteView(payload).first(128)));
  script_.Expect("W a1:128 1111");
  script_.Expect("W 9f:130 " +
                 ToHex(ByteView(EncodeCommand(WriteBlockEplCommand(0, payload))).subspan(2)));
  script_.Expect("W 9f:128 0104");
  script_.Expect("R 00:37 1", "83");
  script_.Expect("R 00:37 1", "01");
  EXPECT_FALSE(Execute(channel, WriteBlockEplCommand(0, payload))->status.failed());
}

TEST_F(CommandChannelTest, SendsTheExtendedPayloadInOneBurstWhereTheModulePages) {
  CdbAdvertisement advertisement = kPlain;
  advertisement.auto_paging = true;
  CommandChannel channel = Channel(advertisement);
  const Bytes payload(2048, std::byte{0x22});
  ExpectFlagTaken("00");
  script_.Expect("W a0:128 " + ToHex(payload));
  script_.Expect("W 9f:130 " +
                 ToHex(ByteView(EncodeCommand(WriteBlockEplCommand(0, payload))).subspan(2)));
  script_.Expect("W 9f:128 0104");
  script_.Expect("R 00:37 1", "83");
  script_.Expect("R 00:37 1", "01");
  EXPECT_FALSE(Execute(channel, WriteBlockEplCommand(0, payload))->status.failed());
}

TEST_F(CommandChannelTest, DoesNotBelieveTheStatusOfTheCommandBefore) {
  CommandChannel channel = Channel(kPlain);
  ExpectFlagTaken("00");
  script_.Expect("W 9f:130 000000f40000");
  script_.Expect("W 9f:128 010a");
  script_.Expect("R 00:37 1", "01");  // of a command before
  ExpectFlagTaken("00");
  script_.Expect("R 00:37 1", "01");
  ExpectFlagTaken("00");
  script_.Expect("R 00:37 1", "42");
  ExpectFlagTaken("40");
  EXPECT_EQ(Execute(channel, CommitImageCommand())->status.value, 0x42);
}

TEST_F(CommandChannelTest, TakesSilenceForBusy) {
  CommandChannel channel = Channel(kPlain);
  ExpectFlagTaken("00");
  script_.Expect("W 9f:130 000000f40000");
  script_.Expect("W 9f:128 010a");
  script_.ExpectNotAcknowledged("R 00:37 1");
  script_.ExpectNotAcknowledged("R 00:37 1");
  script_.Expect("R 00:37 1", "01");
  EXPECT_FALSE(Execute(channel, CommitImageCommand())->status.failed());
}

TEST_F(CommandChannelTest, SendsAWriteAgainThatWasNotAcknowledged) {
  CommandChannel channel = Channel(kPlain);
  ExpectFlagTaken("00");
  script_.ExpectNotAcknowledged("W 9f:130 000000f40000");
  script_.Expect("W 9f:130 000000f40000");
  script_.ExpectNotAcknowledged("W 9f:128 010a");
  script_.Expect("W 9f:128 010a");
  script_.Expect("R 00:37 1", "81");
  script_.Expect("R 00:37 1", "01");
  EXPECT_FALSE(Execute(channel, CommitImageCommand())->status.failed());
}

TEST_F(CommandChannelTest, RefusesAReplyThatClaimsMoreThanAReplyHas) {
  CommandChannel channel = Channel(kPlain);
  ExpectFlagTaken("00");
  script_.Expect("W 9f:130 000000be0000");
  script_.Expect("W 9f:128 0041");
  script_.Expect("R 00:37 1", "81");
  script_.Expect("R 00:37 1", "01");
  script_.Expect("R 9f:134 20", "7900" + std::string(36, '0'));
  const Result<CommandReply> reply = Execute(channel, FirmwareFeaturesCommand());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kHwError);
  EXPECT_NE(reply.error().Message().find("claims 121 bytes"), std::string::npos);
}

TEST_F(CommandChannelTest, GivesUpOnAModuleThatStaysBusy) {
  CommandChannel channel = Channel(kPlain);
  ExpectFlagTaken("00");
  script_.Expect("W 9f:130 000000f40000");
  script_.Expect("W 9f:128 010a");
  for (int look = 0; look < 8; ++look) script_.Expect("R 00:37 1", "83");
  const Result<CommandReply> reply =
      Execute(channel, CommitImageCommand(), std::chrono::microseconds(1050));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(reply.error().Message(),
            "the module did not finish 'commit firmware image' within 0.0 s: "
            "busy: command executing (CDB status 83h)");
}

}  // namespace
}  // namespace reflash::cmis
