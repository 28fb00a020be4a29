// SPDX-License-Identifier: Apache-2.0
#include "emu/module_profiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "emu/test_host.h"

namespace reflash::emu {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;

constexpr unsigned kSuccess = TestHost::kSuccess;

ModuleSettings Settings(std::string_view name) { return *FindProfile(name); }

TEST(Profile, ThereIsOneForEachQuirkyModule) {
  EXPECT_THAT(ProfileNames(), testing::ElementsAre("colorchip", "molex", "te", "hisense", "nokia",
                                                   "innolight", "innolight-t-oh8cnt", "eolo",
                                                   "xdr4-gen1", "coherent-fr4-lite", "tunable"));
  EXPECT_EQ(FindProfile("acme"), nullptr);
  EXPECT_EQ(FindProfile(""), nullptr);
}

TEST(Profile, HasSettingsThatCanBe) {
  for (const std::string_view name : ProfileNames()) {
    const auto problem = FindProblem(Settings(name));
    EXPECT_FALSE(problem) << name << ": " << problem->key << " " << problem->problem;
  }
}

/// A host patient enough for all profiles: it waits behind each write and for each command, looks
/// at the status late, and asks for the Commit again until it is taken.
class PatientHost {
 public:
  explicit PatientHost(const ModuleSettings& settings) : host_(settings) {}

  unsigned Command(std::uint16_t command, ByteView lpl = {}) {
    Bytes body;
    AppendBigEndian(body, command);
    Append(body, MakeBytes({0, 0, static_cast<unsigned>(lpl.size())}));
    body.push_back(TestHost::CheckCode(body, lpl));
    body.resize(8);
    Append(body, lpl);
    Write(126, MakeBytes({0, 0x9F}));
    Write(130, ByteView(body).subspan(2));
    Write(128, ByteView(body).first(2));
    return host_.Finish(0, std::chrono::minutes(3));
  }

  void Write(std::uint8_t offset, ByteView data) {
    EXPECT_TRUE(host_.Write(offset, data));
    host_.Wait(milliseconds(6));
  }

  unsigned Commit() {
    unsigned status = Command(0x010A);
    for (int attempt = 0; attempt < 100 && status != kSuccess; ++attempt) {
      host_.Wait(milliseconds(100));
      status = Command(0x010A);
    }
    return status;
  }

  TestHost& host() { return host_; }

 private:
  TestHost host_;
};

/// The way of an image of a header and one block into bank B, run and committed.
void Update(PatientHost& patient) {
  const ModuleSettings& settings = patient.host().module().settings();
  const Bytes image = *MakeImage({1, 3, 0}, settings.part, 164);
  Bytes start = MakeBytes({0, 0, 0, 164, 0, 0, 0, 0});
  Append(start, ByteView(image).first(64));
  Bytes block(4);
  Append(block, ByteView(image).subspan(64));
  EXPECT_EQ(patient.Command(0x0101, start), kSuccess);
  EXPECT_EQ(patient.Command(0x0103, block), kSuccess);
  EXPECT_EQ(patient.Command(0x0107), kSuccess);
  EXPECT_EQ(patient.Command(0x0109, MakeBytes({0, 0, 0, 200})), kSuccess);
  patient.host().Wait(milliseconds(3300));
  EXPECT_EQ(patient.Commit(), kSuccess);
}

TEST(Profile, TakesAnUpdateFromAPatientHost) {
  for (const std::string_view name : ProfileNames()) {
    SCOPED_TRACE(name);
    PatientHost patient(Settings(name));
    Update(patient);
    EXPECT_EQ(patient.host().module().Banks().committed(), Bank::kB);
    EXPECT_THAT(patient.host().module().violations(), IsEmpty());
  }
}

TEST(Profile, TooEarlyACommitIsRefusedByMolexAndEolo) {
  for (const char* const name : {"molex", "eolo"}) {
    PatientHost patient(Settings(name));
    EXPECT_EQ(patient.Command(0x0109, MakeBytes({0, 2, 0, 200})), kSuccess);
    patient.host().Wait(milliseconds(3300));
    EXPECT_EQ(patient.host().State(), 3U);
    EXPECT_EQ(patient.Command(0x010A), 0x40U) << name;
    patient.host().Wait(seconds(5));
    EXPECT_EQ(patient.Command(0x010A), kSuccess) << name;
  }
}

struct Duration0041h {
  const char* profile;
  std::size_t offset;
  Duration ModuleSettings::* truth;
};

TEST(Profile, TellsLessThanTheTruthOfADuration) {
  for (const Duration0041h& row :
       {Duration0041h{"colorchip", 8, &ModuleSettings::start_busy},
        Duration0041h{"molex", 12, &ModuleSettings::block_busy},
        Duration0041h{"coherent-fr4-lite", 14, &ModuleSettings::complete_busy}}) {
    const ModuleSettings settings = Settings(row.profile);
    TestHost host(settings);
    host.Command(0x0041);
    const auto told = LoadBigEndian<std::uint16_t>(ByteView(host.Reply()).subspan(row.offset));
    EXPECT_LT(milliseconds(told), settings.*row.truth) << row.profile;
  }
}

TEST(Profile, SaysWhoseModuleItIs) {
  for (const std::string_view name : ProfileNames()) {
    PatientHost patient(Settings(name));
    patient.Write(126, MakeBytes({0, 0}));
    const ModuleSettings& settings = patient.host().module().settings();
    EXPECT_EQ(PrintableText(*patient.host().Read(129, 16)), settings.vendor);
    EXPECT_EQ(PrintableText(*patient.host().Read(148, 16)), settings.part);
  }
  TestHost molex(Settings("molex"));
  molex.SelectPage(0);
  EXPECT_EQ(*molex.Read(145, 3), MakeBytes({0x00, 0x09, 0x3A}));
  TestHost tunable(Settings("tunable"));
  tunable.SelectPage(0);
  EXPECT_EQ(tunable.ReadByte(212), 0x10U);
}

}  // namespace
}  // namespace reflash::emu
