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

const Bytes kFourBytes = MakeBytes({0, 1, 2, 3});
const std::array kAllAccesses{
    LabAccess{.kind = LabAccess::Kind::kRead, .address = 256},
    LabAccess{.kind = LabAccess::Kind::kReadBlock, .address = 4096, .count = 8},
    LabAccess{.kind = LabAccess::Kind::kReadBlock,
              .address = 2048,
              .count = 4,
              .order = BlockOrder::kFifo},
    LabAccess{.kind = LabAccess::Kind::kWrite, .address = 256, .value = 0xFFFFFFFF},
    LabAccess{.kind = LabAccess::Kind::kWriteBlock, .address = 0x18000000, .data = kFourBytes},
    LabAccess{.kind = LabAccess::Kind::kWriteBlock,
              .address = 2048,
              .data = kFourBytes,
              .order = BlockOrder::kFifo},
};

/// What a whole reply line means for the accesses above.
Result<std::vector<LabValue>> UnderstandValues(std::string_view line) {
  LabReply reply = REFLASH_TRY(ParseLabReply(line));
  LabReply::Answer answer = REFLASH_TRY(std::move(reply.answer));
  return MatchLabValues(std::move(answer), kAllAccesses);
}

TEST(LabMessages, AskForRegistersAsTheInterfaceSays) {
  EXPECT_EQ(LabRegistersLine(7, "card0", kAllAccesses),
            R"({"id":7,"port":"card0","registers":[{"read":256},{"count":8,"read":4096},)"
            R"({"count":4,"fifo":true,"read":2048},{"value":4294967295,"write":256},)"
            R"({"block":402653184,"data":"00010203"},{"data":"00010203","fifo":2048}]})"
            "\n");
}

TEST(LabMessages, UnderstandTheValuesOfRegisters) {
  const auto values =
      UnderstandValues(R"({"id":7,"values":[4294967295,"0001020304050607","0a0b0c0d"]})");
  ASSERT_TRUE(values) << values.error().Message();
  EXPECT_THAT(*values, testing::ElementsAre(LabValue(0xFFFFFFFFU),
                                            LabValue(MakeBytes({0, 1, 2, 3, 4, 5, 6, 7})),
                                            LabValue(MakeBytes({10, 11, 12, 13}))));
}

TEST(LabMessages, RefuseValuesThatAnswerOtherAccesses) {
  for (const char* const line :
       {R"({"id":7,"values":[1,"0001020304050607"]})",
        R"({"id":7,"values":[1,"0001020304050607","0a0b0c0d",1]})",
        R"({"id":7,"values":[1,"00010203","0a0b0c0d"]})",
        R"({"id":7,"values":["00000001","0001020304050607","0a0b0c0d"]})",
        R"({"id":7,"values":[1,2,"0a0b0c0d"]})", R"({"id":7,"values":[4294967296,"00","00"]})",
        R"({"id":7,"values":[-1,"00","00"]})", R"({"id":7,"values":[1,"0","00"]})",
        R"({"id":7,"values":{}})", R"({"id":7,"ack":true})"}) {
    const auto values = UnderstandValues(line);
    ASSERT_FALSE(values) << line;
    EXPECT_EQ(values.error().code(), ErrorCode::kRwError);
  }
  EXPECT_FALSE(Understand(R"({"id":1,"values":[]})")) << "no answer to a transaction";
}

}  // namespace
}  // namespace reflash
