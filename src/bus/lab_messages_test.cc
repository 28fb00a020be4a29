// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace reflash {
namespace {

using testing::HasSubstr;

const Bytes kSelection = MakeBytes({0x7F, 0x9F});
const std::array kWriteAndRead{I2cMessage{.write = kSelection}, I2cMessage{.read = 4}};

/// What a whole reply line means for the messages above.
Result<I2cReply> Understand(std::string_view line) {
  LabReply reply = REFLASH_TRY(ParseLabReply(line));
  LabReply::Answer answer = REFLASH_TRY(std::move(reply.answer));
  return MatchLabAnswer(std::move(answer), kWriteAndRead);
}

TEST(LabMessages, AskAsTheInterfaceSays) {
  EXPECT_EQ(LabTransferLine(1, "swp1", kWriteAndRead),
            R"({"id":1,"port":"swp1","transfer":[{"write":"7f9f"},{"read":4}]})"
            "\n");
  EXPECT_EQ(LabTransferLine(2, "\"\n\xFF", {}),
            "{\"id\":2,\"port\":\"\\\"\\n\xEF\xBF\xBD\",\"transfer\":[]}\n");
}

TEST(LabMessages, UnderstandAReadThatWasAcknowledged) {
  const Result<I2cReply> reply = Understand(R"({"id":1,"ack":true,"read":["01020304"]})");
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->acknowledged());
  EXPECT_EQ(reply->read, MakeBytes({1, 2, 3, 4}));
}

TEST(LabMessages, UnderstandWhichMessageWasNotAcknowledged) {
  const Result<I2cReply> reply = Understand(R"({"id":1,"ack":false,"at":1})");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->not_acknowledged_at, 1U);
}

TEST(LabMessages, NeedNoReadsWhereNoneWereAskedFor) {
  EXPECT_TRUE(MatchLabAnswer(ParseLabReply(R"({"id":1,"ack":true})")->answer.value(), {}));
  EXPECT_TRUE(
      MatchLabAnswer(ParseLabReply(R"({"id":1,"ack":true,"read":[]})")->answer.value(), {}));
}

TEST(LabMessages, TellAMissingPortFromOtherErrors) {
  const Result<I2cReply> missing = Understand(R"({"id":4,"error":"no such port"})");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::kNotFound);
  const Result<I2cReply> other = Understand(R"({"id":4,"error":"on \u001bfire"})");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code(), ErrorCode::kRwError);
  EXPECT_EQ(other.error().Message(), "the lab says: on ?fire");
}

TEST(LabMessages, RefuseLinesThatAreNoReply) {
  const std::string nested(1'000'000, '[');
  for (const std::string_view line :
       {std::string_view(""), std::string_view("hello"), std::string_view("[1]"),
        std::string_view("{}"), std::string_view(R"({"id":-1})"), std::string_view(R"({"id":"1"})"),
        std::string_view(R"({"id":1.5})"), std::string_view(R"({"id":99999999999999999999})"),
        std::string_view("{\"id\":1,\"ack\":true,\"x\":\"\xFF\"}"), std::string_view(nested)}) {
    const Result<LabReply> reply = ParseLabReply(line);
    ASSERT_FALSE(reply) << line.substr(0, 40);
    EXPECT_EQ(reply.error().code(), ErrorCode::kRwError);
    EXPECT_LT(reply.error().Message().size(), 200U);
  }
}

TEST(LabMessages, SurviveWhatIsNestedAsDeepAsALineCanBe) {
  const std::size_t depth = 500'000;
  const std::string line = R"({"id":1,"ack":true,"read":["01020304"],"x":)" +
                           std::string(depth, '[') + std::string(depth, ']') + "}";
  EXPECT_TRUE(Understand(line));
}

TEST(LabMessages, RefuseRepliesThatDoNotFitTheRequest) {
  for (const char* const line : {
           R"({"id":1})",
           R"({"id":1,"ack":1})",
           R"({"id":1,"ack":"true","read":["01020304"]})",
           R"({"id":1,"ack":true})",
           R"({"id":1,"ack":true,"read":[]})",
           R"({"id":1,"ack":true,"read":"01020304"})",
           R"({"id":1,"ack":true,"read":[1]})",
           R"({"id":1,"ack":true,"read":["0102030"]})",
           R"({"id":1,"ack":true,"read":["0102030x"]})",
           R"({"id":1,"ack":true,"read":["010203"]})",
           R"({"id":1,"ack":true,"read":["0102030405"]})",
           R"({"id":1,"ack":true,"read":["01020304","05"]})",
           R"({"id":1,"ack":false})",
           R"({"id":1,"ack":false,"at":-1})",
           R"({"id":1,"ack":false,"at":2})",
           R"({"id":1,"ack":false,"at":"0"})",
           R"({"id":1,"error":7})",
       }) {
    const Result<I2cReply> reply = Understand(line);
    ASSERT_FALSE(reply) << line;
    EXPECT_EQ(reply.error().code(), ErrorCode::kRwError) << line;
    EXPECT_THAT(reply.error().Message(), HasSubstr("the lab"));
  }
}

}  // namespace
}  // namespace reflash
