// SPDX-License-Identifier: Apache-2.0
#include "capi/vital_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace reflash::capi {
namespace {

using testing::HasSubstr;

const std::string kGolden =
    "vendor=1014\n"
    "device=0477\n"
    "subsystem_vendor=1014\n"
    "subsystem=04dA\n"
    "version=1.2.3\n"
    "image=user\n"
    "afus_open=2\n"
    "sequence=validate\n"
    "part=CAPI-1\n"
    "serial=S = 1\n"
    "user_bytes=33554432\n"
    "colour=green\n";

Result<VitalData> Parse(std::string_view text) { return VitalData::Parse(AsBytes(text)); }

std::string Replaced(std::string_view line, std::string_view with) {
  std::string text = kGolden;
  text.replace(text.find(line), line.size(), with);
  return text;
}

TEST(VitalData, IsReadFromItsLines) {
  const Result<VitalData> vital = Parse(kGolden);
  ASSERT_TRUE(vital) << vital.error().Message();
  EXPECT_EQ(vital->identity, (AdapterIdentity{0x1014, 0x0477, 0x1014, 0x04DA}));
  EXPECT_EQ(vital->version, (Version{1, 2, 3}));
  EXPECT_FALSE(vital->runs_factory);
  EXPECT_EQ(vital->afus_open, 2);
  EXPECT_EQ(vital->sequence, OpenSequence::kValidate);
  EXPECT_EQ(vital->part, "CAPI-1");
  EXPECT_EQ(vital->serial, "S = 1");
  EXPECT_EQ(vital->user_bytes, 33'554'432U);
}

TEST(VitalData, MayLackWhatIsForPeople) {
  std::string text = Replaced("part=CAPI-1\n", "");
  text.erase(text.find("serial"));
  const Result<VitalData> vital = Parse(text);
  ASSERT_TRUE(vital);
  EXPECT_EQ(vital->part, "");
  EXPECT_EQ(vital->user_bytes, std::nullopt);
}

TEST(VitalData, MayNotLackWhatCounts) {
  for (const std::string_view line :
       {"vendor=1014\n", "device=0477\n", "subsystem=04dA\n", "version=1.2.3\n", "image=user\n",
        "afus_open=2\n", "sequence=validate\n"}) {
    const Result<VitalData> vital = Parse(Replaced(line, ""));
    ASSERT_FALSE(vital) << line;
    EXPECT_EQ(vital.error().code(), ErrorCode::kHwError);
  }
}

TEST(VitalData, IsNotBelievedWhereAValueIsNone) {
  for (const std::string_view line :
       {"vendor=101\n", "vendor=01014\n", "vendor=10g4\n", "vendor=-014\n", "vendor= 014\n",
        "vendor=\n", "device=0x47\n"}) {
    const std::string text =
        Replaced(line.starts_with("v") ? "vendor=1014\n" : "device=0477\n", line);
    EXPECT_FALSE(Parse(text)) << line;
  }
  for (const std::string_view line : {"afus_open=-1\n", "afus_open=65536\n", "afus_open=\n",
                                      "afus_open=2 \n", "afus_open=two\n", "afus_open=0x2\n"}) {
    EXPECT_FALSE(Parse(Replaced("afus_open=2\n", line))) << line;
  }
  EXPECT_FALSE(Parse(Replaced("version=1.2.3", "version=1.2.3.4")));
  EXPECT_FALSE(Parse(Replaced("version=1.2.3", "version=")));
  EXPECT_FALSE(Parse(Replaced("image=user", "image=User")));
  EXPECT_FALSE(Parse(Replaced("sequence=validate", "sequence=")));
  EXPECT_FALSE(Parse(Replaced("user_bytes=33554432", "user_bytes=99999999999999999999")));
}

TEST(VitalData, IsNotBelievedWhereItIsNoText) {
  EXPECT_FALSE(Parse(""));
  EXPECT_FALSE(Parse(kGolden + "vendor=1014\n")) << "twice";
  EXPECT_FALSE(Parse(kGolden + "colour=red\n")) << "twice, unknown";
  EXPECT_FALSE(Parse(kGolden + "x=1")) << "no end of line";
  EXPECT_FALSE(Parse(kGolden + "\n")) << "empty";
  EXPECT_FALSE(Parse(kGolden + "=1\n")) << "no key";
  EXPECT_FALSE(Parse(kGolden + "Key=1\n")) << "no such letters";
  EXPECT_FALSE(Parse(kGolden + std::string(33, 'k') + "=1\n")) << "a long key";
  EXPECT_FALSE(Parse(kGolden + "k=" + std::string(129, 'v') + "\n")) << "a long value";
  EXPECT_FALSE(Parse(kGolden + "k=\x1b[31m\n")) << "not for terminals";
  EXPECT_FALSE(Parse(kGolden + "k=\r\n"));
  EXPECT_FALSE(Parse(kGolden + std::string("k=\0\n", 4)));
  std::string longest = kGolden;
  for (int line = 0; longest.size() <= VitalData::kMostBytes; ++line) {
    longest += "k" + std::to_string(line) + "=\n";
  }
  EXPECT_THAT(Parse(longest).error().Message(), HasSubstr("4096 are the most"));
}

TEST(VitalData, QuotesWhatIsWrongForTerminals) {
  const auto vital = Parse(kGolden + "k=\x1b[31m\n");
  EXPECT_EQ(vital.error().Message(),
            "the vital product data has a value of other bytes: 'k=?[31m'");
}

}  // namespace
}  // namespace reflash::capi
