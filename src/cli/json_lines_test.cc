// SPDX-License-Identifier: Apache-2.0
#include "cli/json_lines.h"

#include <gtest/gtest.h>

namespace reflash::cli {
namespace {

JobSnapshot Job() {
  JobSnapshot job;
  job.device = "swp1";
  job.phase = Phase::kWriting;
  job.done = 4096;
  job.total = 524288;
  job.percent = 1;
  job.image_bytes = 524288;
  job.from_version = "1.2.0";
  return job;
}

const DeviceInfo& Module() {
  static const DeviceInfo info{.vendor = "ACME",
                               .part = "OSFP-800G",
                               .serial = "A0001",
                               .version = Version{1, 2, 0},
                               .state = "ready",
                               .banks = {{.name = "A",
                                          .version = Version{1, 2, 0},
                                          .running = true,
                                          .committed = true,
                                          .valid = true},
                                         {.name = "B"}},
                               .capabilities = {.switches_banks = true, .max_image_bytes = 100},
                               .details = {{.name = "CMIS revision", .value = "5.2"}}};
  return info;
}

TEST(JsonLines, AnError) {
  const Error error = Error(ErrorCode::kNotFound, "no lab").Because({ErrorCode::kRwError, "gone"});
  EXPECT_EQ(ErrorLine(error, ""),
            R"({"event":"error","error":"not-found","message":"no lab: gone"})");
  EXPECT_EQ(ErrorLine(error, "swp1"),
            R"({"event":"error","device":"swp1","error":"not-found","message":"no lab: gone"})");
}

TEST(JsonLines, ANotice) {
  EXPECT_EQ(NoticeLine("swp1", "say \"x\""),
            R"({"event":"notice","device":"swp1","message":"say \"x\""})");
}

TEST(JsonLines, APhase) {
  EXPECT_EQ(PhaseLine(Job()), R"({"event":"phase","device":"swp1","phase":"writing"})");
}

TEST(JsonLines, Progress) {
  JobSnapshot job = Job();
  EXPECT_EQ(ProgressLine(job),
            R"({"event":"progress","device":"swp1","phase":"writing","done":4096,"total":524288,)"
            R"("percent":1})");
  job.eta_seconds = 41.16;
  EXPECT_TRUE(ProgressLine(job).ends_with(R"("percent":1,"eta_s":41.2})"));
}

TEST(JsonLines, TheResultOfAnUpdate) {
  JobSnapshot job = Job();
  job.outcome = JobOutcome::kUpdated;
  job.version = "1.3.0";
  job.bank = "B";
  job.committed = true;
  job.seconds = 13.1004;
  EXPECT_EQ(ResultLine(job),
            R"({"event":"result","device":"swp1","ok":true,"outcome":"updated",)"
            R"("from_version":"1.2.0","version":"1.3.0","bank":"B","committed":true,)"
            R"("bytes":524288,"seconds":13.1})");
}

TEST(JsonLines, TheResultOfAFailure) {
  JobSnapshot job = Job();
  job.outcome = JobOutcome::kFailed;
  job.remaining_bytes = 1024;
  job.failure = JobFailure{.code = ErrorCode::kHwError,
                           .phase = Phase::kWriting,
                           .remaining_bytes = 1024,
                           .message = "rejected"};
  job.state = "bank A runs 1.2.0, bank B is empty";
  EXPECT_EQ(ResultLine(job),
            R"({"event":"result","device":"swp1","ok":false,"outcome":"failed",)"
            R"("from_version":"1.2.0","version":null,"bank":null,"committed":false,)"
            R"("bytes":523264,"seconds":0.0,"error":"hw-error","phase":"writing",)"
            R"("remaining":1024,"message":"rejected",)"
            R"("state":"bank A runs 1.2.0, bank B is empty"})");
}

constexpr std::string_view kBanks =
    R"("banks":[{"bank":"A","version":"1.2.0","running":true,"committed":true,"valid":true},)"
    R"({"bank":"B","version":null,"running":false,"committed":false,"valid":false}])";

TEST(JsonLines, TheResultOfAStep) {
  EXPECT_EQ(StepResultLine("swp1", "commit", Module()),
            fmt::format(R"({{"event":"result","device":"swp1","ok":true,"step":"commit",)"
                        R"("version":"1.2.0","state":"bank A runs 1.2.0, bank B is empty",{}}})",
                        kBanks));
}

TEST(JsonLines, ADeviceOfTheList) {
  EXPECT_EQ(DeviceLine("swp1", "cmis-module", Module(), "ready"),
            R"({"device":"swp1","kind":"cmis-module","vendor":"ACME","part":"OSFP-800G",)"
            R"("serial":"A0001","version":"1.2.0","state":"ready"})");
  EXPECT_EQ(DeviceLine("swp2", "", {}, "no module"),
            R"({"device":"swp2","kind":"","vendor":"","part":"","serial":"","version":null,)"
            R"("state":"no module"})");
}

TEST(JsonLines, ADeviceInFull) {
  EXPECT_EQ(InfoLine("swp1", "cmis-module", Module()),
            fmt::format(R"({{"device":"swp1","kind":"cmis-module","vendor":"ACME",)"
                        R"("part":"OSFP-800G","serial":"A0001","version":"1.2.0",)"
                        R"("state":"ready",{},"capabilities":{{"switches_banks":true,)"
                        R"("single_bank":false,"hitless":false,"read_back":false,)"
                        R"("max_image_bytes":100}},"details":{{"CMIS revision":"5.2"}}}})",
                        kBanks));
}

TEST(JsonLines, Statistics) {
  const DeviceStatistics device{.device = "swp1",
                                .runs = 4,
                                .ok = 3,
                                .times = {{.name = "preparing", .seconds = {0.5, 1, 2.0004}},
                                          {.name = "making the device ready",
                                           .is_step = true,
                                           .seconds = {0.5, 1, 2},
                                           .advertised_seconds = 4}}};
  EXPECT_EQ(StatisticsLine(device),
            R"({"event":"statistics","device":"swp1","runs":4,"ok":3,)"
            R"("phases":{"preparing":{"min_s":0.5,"median_s":1.0,"max_s":2.0}},)"
            R"("steps":{"making the device ready":{"min_s":0.5,"median_s":1.0,"max_s":2.0,)"
            R"("advertised_s":4.0}}})");
}

TEST(JsonLines, ADeviceThatWasDiscovered) {
  const inventory::DiscoveredDevice device{
      .configuration = {.name = "swp7", .driver = "cmis", .bus = "i2c:/dev/i2c-7"},
      .remarks = {"OSFP, CMIS 5.2"}};
  EXPECT_EQ(DiscoveredLine(device),
            R"({"device":"swp7","driver":"cmis","bus":"i2c:/dev/i2c-7","netdev":[],)"
            R"("remarks":["OSFP, CMIS 5.2"]})");
}

TEST(JsonLines, TextThatIsNoUtf8IsStillAnObject) {
  EXPECT_EQ(NoticeLine("", "a\xff"), "{\"event\":\"notice\",\"message\":\"a\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace reflash::cli
