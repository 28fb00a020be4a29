// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

#include "async/simulated_scheduler.h"
#include "emu/image_format.h"

namespace reflash::emu {
namespace {

using Json = nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;

/// A lab with the port "swp1" and a protocol that is asked in JSON.
class World {
 public:
  explicit World(ModuleSettings module = {}) : lab(MakeLab(std::move(module))), protocol(*lab) {}

  std::string Line(std::string_view request) {
    return scheduler.Run(protocol.Answer(LabRequest::Parse(request))).value();
  }
  Json Ask(std::string_view request) { return Json::parse(Line(request)); }

  std::unique_ptr<Lab> MakeLab(ModuleSettings module) {
    module.name = "swp1";
    module.bus = "b";
    return Lab::Create({.buses = {{.name = "b"}}, .modules = {std::move(module)}}, scheduler)
        .value();
  }

  SimulatedScheduler scheduler;
  std::unique_ptr<Lab> lab;
  LabProtocol protocol;
};

TEST(LabProtocol, CarriesOutATransfer) {
  World world;
  EXPECT_EQ(world.Line(R"({"id":1,"port":"swp1","transfer":[{"write":"00"},{"read":3}]})"),
            R"({"id":1,"ack":true,"read":["185200"]})"
            "\n");
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(),
            ((6 * 9) + 3) * std::chrono::nanoseconds(2500));
}

TEST(LabProtocol, TellsEachReadApart) {
  World world;
  EXPECT_EQ(world.Ask(R"({"id":"x","port":"swp1",
                          "transfer":[{"write":"00"},{"read":1},{"write":"27"},{"read":2}]})"),
            Json::parse(R"({"id":"x","ack":true,"read":["18","0102"]})"));
}

TEST(LabProtocol, TellsWhatWasNotAcknowledged) {
  World world({.present = false});
  EXPECT_EQ(world.Ask(R"({"id":1,"port":"swp1","transfer":[{"write":"00"},{"read":3}]})"),
            Json::parse(R"({"id":1,"ack":false,"at":0})"));
}

TEST(LabProtocol, CarriesOutControls) {
  World world({.boot = Duration::zero()});
  const auto answers = [&] {
    return world.Ask(R"({"id":1,"port":"swp1","transfer":[{"write":"00"},{"read":1}]})")["ack"];
  };
  const Json ok = Json::parse(R"({"id":2,"ok":true})");
  EXPECT_EQ(world.Ask(R"({"id":2,"port":"swp1","control":"remove"})"), ok);
  EXPECT_EQ(answers(), false);
  EXPECT_EQ(world.Ask(R"({"id":2,"port":"swp1","control":"insert"})"), ok);
  EXPECT_EQ(answers(), true);
  EXPECT_EQ(world.Ask(R"({"id":2,"port":"swp1","control":"fault","when":"transfer","do":"stuck"})"),
            ok);
  EXPECT_EQ(answers(), false);
  EXPECT_EQ(world.Ask(R"({"id":2,"port":"swp1","control":"power-cycle"})"), ok);
  EXPECT_EQ(answers(), true);
  EXPECT_EQ(world.Ask(R"({"id":2,"port":"swp1","control":"reset"})"), ok);
  EXPECT_EQ(answers(), true);
}

TEST(LabProtocol, DumpsBanksAndCounters) {
  World world({.part = "P"});
  world.Ask(R"({"id":1,"port":"swp1","transfer":[{"write":"7f"},{"read":2}]})");
  const Json dump = world.Ask(R"({"id":3,"port":"swp1","control":"dump"})");
  EXPECT_EQ(dump["id"], 3);
  EXPECT_EQ(dump["ok"], true);
  const std::string digest = Sha256Hex(*MakeImage({1, 2, 0}, "P", 4096));
  EXPECT_EQ(dump["banks"],
            Json::parse(R"({"A":{"version":"1.2.0","valid":true,"running":true,"committed":true,
                                 "sha256":")" +
                        digest + R"(","length":4096},
                            "B":{"version":"0.0.0","valid":false,"running":false,
                                 "committed":false,"sha256":"","length":0}})"));
  EXPECT_EQ(dump["counters"]["transactions"], 1);
  EXPECT_EQ(dump["counters"]["bytes"], 5);
  EXPECT_EQ(dump["counters"]["nacks"], 0);
  EXPECT_DOUBLE_EQ(dump["counters"]["bus_busy_s"], 48 * 2.5e-6);
  EXPECT_THAT(dump["counters"]["violations"][0], HasSubstr("passed 7Fh"));
}

TEST(LabProtocol, DumpsASingleBankAlone) {
  World world({.banks = 1});
  const Json dump = world.Ask(R"({"id":3,"port":"swp1","control":"dump"})");
  EXPECT_TRUE(dump["banks"].contains("A"));
  EXPECT_FALSE(dump["banks"].contains("B"));
}

TEST(LabProtocol, KnowsNoOtherPort) {
  World world;
  EXPECT_EQ(world.Line(R"({"id":4,"port":"nosuch","transfer":[]})"),
            R"({"id":4,"error":"no such port"})"
            "\n");
}

TEST(LabProtocol, AnswersALineWithoutAnIdWithAnError) {
  World world;
  for (const std::string& line : {
           std::string(""),
           std::string("hello"),
           std::string("null"),
           std::string("[]"),
           std::string("{}"),
           std::string("{\"id\":1"),
           std::string(R"({"id":null,"port":"swp1","transfer":[]})"),
           std::string(R"({"id":1.5,"port":"swp1","transfer":[]})"),
           std::string(R"({"id":[1],"port":"swp1","transfer":[]})"),
           std::string("{\"id\":\"\xFF\"}"),
           std::string(1'000'000, '['),
       }) {
    const Json reply = world.Ask(line);
    EXPECT_EQ(reply["id"], nullptr) << line.substr(0, 40);
    EXPECT_TRUE(reply["error"].is_string());
    EXPECT_EQ(reply.size(), 2U);
  }
}

TEST(LabProtocol, AnswersAMalformedRequestWithAnError) {
  World world;
  std::string many = R"({"write":"00"})";
  for (int count = 1; count < 65; ++count) many += R"(,{"read":1})";
  for (const std::string& rest : {
           std::string(R"("transfer":[])"),
           std::string(R"("port":7,"transfer":[])"),
           std::string(R"("port":"swp1")"),
           std::string(R"("port":"swp1","transfer":[],"control":"dump")"),
           std::string(R"("port":"swp1","transfer":{})"),
           std::string(R"("port":"swp1","transfer":[1])"),
           std::string(R"("port":"swp1","transfer":[{}])"),
           std::string(R"("port":"swp1","transfer":[{"write":"00","read":1}])"),
           std::string(R"("port":"swp1","transfer":[{"write":"0"}])"),
           std::string(R"("port":"swp1","transfer":[{"write":"0x"}])"),
           std::string(R"("port":"swp1","transfer":[{"write":7}])"),
           std::string(R"("port":"swp1","transfer":[{"read":0}])"),
           std::string(R"("port":"swp1","transfer":[{"read":-1}])"),
           std::string(R"("port":"swp1","transfer":[{"read":1.5}])"),
           std::string(R"("port":"swp1","transfer":[{"read":"1"}])"),
           std::string(R"("port":"swp1","transfer":[{"read":8193}])"),
           std::string(R"("port":"swp1","transfer":[{"read":99999999999999999999999}])"),
           R"("port":"swp1","transfer":[{"write":")" + std::string(2UL * 8193, '0') + R"("}])",
           R"("port":"swp1","transfer":[)" + many + "]",
           std::string(R"("port":"swp1","control":7)"),
           std::string(R"("port":"swp1","control":"explode")"),
           std::string(R"("port":"swp1","control":"fault")"),
           std::string(R"("port":"swp1","control":"fault","when":1,"do":"nack"})"),
           std::string(R"("port":"swp1","control":"fault","when":"boot","do":"garble")"),
           std::string(R"("port":"swp1","control":"fault","when":"boot","do":"nack","nth":0)"),
           std::string(R"("port":"swp1","control":"fault","when":"boot","do":"nack","nth":"1")"),
       }) {
    const Json reply = world.Ask(R"({"id":9,)" + rest + "}");
    if (!reply["id"].is_null()) EXPECT_EQ(reply["id"], 9);
    EXPECT_TRUE(reply["error"].is_string()) << rest.substr(0, 80);
    EXPECT_EQ(reply.size(), 2U);
  }
  EXPECT_EQ(world.lab->FindModule("swp1")->i2c().counters().transactions, 0U);
}

TEST(Lab, RefusesSettingsThatCannotBe) {
  SimulatedScheduler scheduler;
  const auto lab = Lab::Create({.modules = {{.name = "m", .bus = "x"}}}, scheduler);
  ASSERT_FALSE(lab);
  EXPECT_EQ(lab.error().Message(), "module 'm': 'bus' names no bus: x");
}

TEST(Lab, NamesItsSlots) {
  SimulatedScheduler scheduler;
  const auto lab = Lab::Create(
      {.buses = {{.name = "b"}}, .modules = {{.name = "y", .bus = "b"}, {.name = "x", .bus = "b"}}},
      scheduler);
  EXPECT_THAT((*lab)->names(), testing::ElementsAre("x", "y"));
  EXPECT_EQ((*lab)->Find("z"), nullptr);
}

}  // namespace
}  // namespace reflash::emu
