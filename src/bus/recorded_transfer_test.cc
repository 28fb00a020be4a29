// SPDX-License-Identifier: Apache-2.0
#include "bus/recorded_transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace reflash {
namespace {

using testing::HasSubstr;

constexpr std::byte kOffset{0x25};

RecordedTransfer Read(std::byte offset, std::size_t count) {
  return {.messages = {{.write = {offset}}, {.write = {}, .read = count}},
          .reply = I2cReply{.read = Bytes(count, std::byte{0xAB})}};
}

TEST(RecordedTransfer, IsALineOfTheLabsTransferWithTimeAndReply) {
  RecordedTransfer transfer = Read(kOffset, 2);
  transfer.at = Duration(1'500'000);
  EXPECT_EQ(transfer.ToLine(),
            "{\"t\":0.0015,\"transfer\":[{\"write\":\"25\"},{\"read\":2}],\"ack\":true,"
            "\"read\":[\"abab\"]}\n");
  transfer.reply = I2cReply{.not_acknowledged_at = 1};
  EXPECT_EQ(transfer.ToLine(),
            "{\"t\":0.0015,\"transfer\":[{\"write\":\"25\"},{\"read\":2}],\"ack\":false,"
            "\"at\":1}\n");
  transfer.reply = Fail(ErrorCode::kTimeout, "the bus is stuck");
  transfer.masked = true;
  EXPECT_EQ(transfer.ToLine(),
            "{\"t\":0.0015,\"transfer\":[{\"write\":\"25\"},{\"read\":2}],\"error\":\"timeout\","
            "\"message\":\"the bus is stuck\",\"masked\":true}\n");
}

TEST(RecordedTransfer, ComesBackFromItsLine) {
  for (
      const char* const line :
      {R"({"t":0.0,"transfer":[{"write":"7e009f"}],"ack":true})",
       R"({"t":12.000000001,"transfer":[{"write":"80"},{"read":2},{"read":1}],"ack":true,"read":["0102","03"]})",
       R"({"t":0.1,"transfer":[{"write":""}],"ack":false,"at":0})",
       R"({"t":0.1,"transfer":[{"write":"7a00000000"}],"ack":true,"masked":true})",
       R"({"t":999999.999999999,"transfer":[],"error":"rw-error","message":"m"})"}) {
    const Result<RecordedTransfer> transfer = RecordedTransfer::Parse(line);
    ASSERT_TRUE(transfer) << line;
    EXPECT_EQ(transfer->ToLine(), std::string(line) + '\n');
  }
}

TEST(RecordedTransfer, KeepsTimesToTheNanosecond) {
  for (const Duration::rep at : {1LL, 999'999'999LL, 86'400'000'000'001LL}) {
    RecordedTransfer transfer = Read(kOffset, 1);
    transfer.at = Duration(at);
    std::string line = transfer.ToLine();
    line.pop_back();
    EXPECT_EQ(RecordedTransfer::Parse(line).value().at, Duration(at));
  }
}

TEST(RecordedTransfer, RefusesLinesThatAreNone) {
  for (const char* const line : {
           "",
           "{",
           "[]",
           "null",
           "{}",
           "\xff",
           R"({"t":"0","transfer":[],"ack":true})",
           R"({"t":-1,"transfer":[],"ack":true})",
           R"({"t":1e300,"transfer":[],"ack":true})",
           R"({"t":0,"ack":true})",
           R"({"t":0,"transfer":{},"ack":true})",
           R"({"t":0,"transfer":[7],"ack":true})",
           R"({"t":0,"transfer":[{}],"ack":true})",
           R"({"t":0,"transfer":[{"write":"0"}],"ack":true})",
           R"({"t":0,"transfer":[{"write":1}],"ack":true})",
           R"({"t":0,"transfer":[{"write":"00","read":1}],"ack":true})",
           R"({"t":0,"transfer":[{"read":0}],"ack":true})",
           R"({"t":0,"transfer":[{"read":-1}],"ack":true})",
           R"({"t":0,"transfer":[{"read":1}],"ack":true})",
           R"({"t":0,"transfer":[{"read":1}],"ack":true,"read":"00"})",
           R"({"t":0,"transfer":[{"read":1}],"ack":true,"read":["0000"]})",
           R"({"t":0,"transfer":[{"read":1}],"ack":true,"read":["00","00"]})",
           R"({"t":0,"transfer":[{"read":99999999999}],"ack":true,"read":["00"]})",
           R"({"t":0,"transfer":[{"write":"00"}],"ack":true,"read":["00"]})",
           R"({"t":0,"transfer":[{"write":"00"}]})",
           R"({"t":0,"transfer":[{"write":"00"}],"ack":1})",
           R"({"t":0,"transfer":[{"write":"00"}],"ack":false})",
           R"({"t":0,"transfer":[{"write":"00"}],"ack":false,"at":1})",
           R"({"t":0,"transfer":[],"error":"bad","message":""})",
           R"({"t":0,"transfer":[],"error":7,"message":""})",
           R"({"t":0,"transfer":[],"error":"rw-error"})",
           R"({"t":0,"transfer":[],"ack":true,"masked":1})",
       }) {
    const Result<RecordedTransfer> transfer = RecordedTransfer::Parse(line);
    ASSERT_FALSE(transfer) << line;
    EXPECT_EQ(transfer.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(RecordedTransfer, MatchesWhatAsksForTheSame) {
  const RecordedTransfer transfer = Read(kOffset, 2);
  const std::byte other{0x26};
  const std::array same{I2cMessage{.write = {&kOffset, 1}}, I2cMessage{.read = 2}};
  const std::array elsewhere{I2cMessage{.write = {&other, 1}}, I2cMessage{.read = 2}};
  const std::array longer{I2cMessage{.write = {&kOffset, 1}}, I2cMessage{.read = 3}};
  EXPECT_TRUE(transfer.Matches(same));
  EXPECT_FALSE(transfer.Matches(elsewhere));
  EXPECT_FALSE(transfer.Matches(longer));
  EXPECT_FALSE(transfer.Matches(std::span(same).first(1)));
}

TEST(RecordedTransfer, MatchesAnyByteInPlaceOfAMaskedOne) {
  RecordedTransfer transfer{.messages = {{.write = MakeBytes({0x7A, 0, 0, 0, 0})}}, .reply = {}};
  const Bytes password = MakeBytes({0x7A, 0, 0, 0x10, 0x11});
  const std::array sent{I2cMessage{.write = password}};
  EXPECT_FALSE(transfer.Matches(sent));
  transfer.masked = true;
  EXPECT_TRUE(transfer.Matches(sent));
  transfer.messages[0].write[0] = std::byte{0x7B};
  EXPECT_FALSE(transfer.Matches(sent));
}

TEST(RecordedTransfer, IsAPollWhenItReadsOrWasNotAcknowledged) {
  EXPECT_TRUE(Read(kOffset, 1).IsPoll());
  RecordedTransfer write{.messages = {{.write = MakeBytes({0x80, 1})}}, .reply = {}};
  EXPECT_FALSE(write.IsPoll());
  write.reply = I2cReply{.not_acknowledged_at = 0};
  EXPECT_TRUE(write.IsPoll());
}

TEST(RecordingHeader, ComesBackFromItsLine) {
  const RecordingHeader header{.hardware_address = "i2c:89:7@50",
                               .limits = {.max_write_bytes = 32, .max_read_bytes = 128}};
  std::string line = header.ToLine();
  EXPECT_EQ(line, "{\"recording\":1,\"port\":\"i2c:89:7@50\",\"max_write\":32,\"max_read\":128}\n");
  line.pop_back();
  const RecordingHeader parsed = RecordingHeader::Parse(line).value();
  EXPECT_EQ(parsed.hardware_address, "i2c:89:7@50");
  EXPECT_EQ(parsed.limits.max_write_bytes, 32U);
  EXPECT_EQ(parsed.limits.max_read_bytes, 128U);
}

TEST(RecordingHeader, RefusesOtherLines) {
  for (const char* const line :
       {"", "{}", R"({"recording":2,"port":"","max_write":1,"max_read":1})",
        R"({"recording":"1","port":"","max_write":1,"max_read":1})",
        R"({"recording":1,"max_write":1,"max_read":1})",
        R"({"recording":1,"port":"","max_write":0,"max_read":1})",
        R"({"recording":1,"port":"","max_write":1,"max_read":-1})",
        R"({"t":0,"transfer":[],"ack":true})"}) {
    const Result<RecordingHeader> header = RecordingHeader::Parse(line);
    ASSERT_FALSE(header) << line;
    EXPECT_EQ(header.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(TransferText, ShowsTheBeginningOfLongWrites) {
  const Bytes data(128, std::byte{0x11});
  const std::array messages{I2cMessage{.write = data}, I2cMessage{.read = 4}};
  EXPECT_THAT(TransferText(messages), HasSubstr("1111.. (128 bytes) R4"));
  EXPECT_EQ(TransferText({}), "nothing");
}

}  // namespace
}  // namespace reflash
