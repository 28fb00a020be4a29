// SPDX-License-Identifier: Apache-2.0
// Cards in a lab: their keys, and what the lab socket does with them.
#include "emu/lab_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "async/simulated_scheduler.h"
#include "emu/card/card_image.h"
#include "emu/image_format.h"
#include "emu/lab.h"
#include "emu/lab_file.h"
#include "emu/lab_protocol.h"

namespace reflash::emu {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using testing::HasSubstr;

/// A lab with the port "card0" and the module "swp1".
class World {
 public:
  explicit World(CardSettings card = {}) : lab(MakeLab(std::move(card))), protocol(*lab) {}

  std::string Line(std::string_view rest) {
    const std::string request = R"({"id":1,"port":"card0",)" + std::string(rest) + "}";
    return scheduler.Run(protocol.Answer(LabRequest::Parse(request))).value();
  }
  Json Ask(std::string_view rest) { return Json::parse(Line(rest)); }

  std::unique_ptr<Lab> MakeLab(CardSettings card) {
    card.name = "card0";
    return Lab::Create({.buses = {{.name = "b"}},
                        .modules = {{.name = "swp1", .bus = "b"}},
                        .cards = {std::move(card)}},
                       scheduler)
        .value();
  }

  SimulatedScheduler scheduler;
  std::unique_ptr<Lab> lab;
  LabProtocol protocol;
};

TEST(LabCard, ReadsAndWritesRegistersInTheirOrder) {
  World world;
  EXPECT_EQ(world.Line(R"("registers":[{"read":100},{"write":3147824,"value":1048576},
                          {"read":3147824},{"read":3147792,"count":8}])"),
            R"({"id":1,"values":[18923742,1048576,"0200000000010100"]})"
            "\n");
  EXPECT_EQ(world.scheduler.Now().time_since_epoch(), std::chrono::microseconds(5));
}

TEST(LabCard, WritesBlocksAndFifos) {
  World n3000;
  const std::string ask_for_an_update = R"("registers":[{"write":3148800,"value":1}])";
  n3000.Ask(ask_for_an_update);
  ASSERT_TRUE(n3000.scheduler.Run(n3000.scheduler.Sleep(std::chrono::minutes(2))));
  n3000.Ask(R"("registers":[{"block":402653184,"data":"0011223344556677"}])");
  const Json dump = n3000.Ask(R"("control":"dump")");
  EXPECT_EQ(dump["counters"]["staged_length"], 8);
  EXPECT_EQ(dump["counters"]["staged_sha256"], Sha256Hex(*FromHex("0011223344556677")));
  EXPECT_EQ(dump["counters"]["violations"], Json::array());

  World n6000({.family = CardFamily::kN6000});
  n6000.Ask(R"("registers":[{"fifo":133120,"data":"0011223344556677"}])");
  EXPECT_THAT(n6000.Ask(R"("control":"dump")")["counters"]["violations"][0],
              HasSubstr("does not say ready"));
  EXPECT_EQ(n6000.Ask(R"("registers":[{"read":133120,"count":8,"fifo":true}])")["values"],
            Json::parse(R"(["ffffffffffffffff"])"));
}

TEST(LabCard, DumpsItsBanks) {
  World world;
  const Json dump = world.Ask(R"("control":"dump")");
  EXPECT_EQ(dump["ok"], true);
  EXPECT_EQ(dump["banks"].size(), 4U);
  const std::string digest =
      Sha256Hex(*MakeCardImage({1, 2, 0}, CardImageSort::kStaticRegion, 4096));
  EXPECT_EQ(dump["banks"]["user"],
            Json::parse(R"({"version":"1.2.0","valid":true,"running":true,"committed":true,
                            "sha256":")" +
                        digest + R"(","length":4096})"));
  EXPECT_EQ(dump["banks"]["factory"]["running"], false);
}

TEST(LabCard, ObeysControls) {
  World world({.boot = milliseconds(1)});
  const auto read = [&] { return world.Ask(R"("registers":[{"read":100}])")["values"][0]; };
  const Json ok = Json::parse(R"({"id":1,"ok":true})");
  EXPECT_EQ(world.Ask(R"("control":"remove")"), ok);
  EXPECT_EQ(read(), 0xFFFFFFFFU);
  EXPECT_EQ(world.Ask(R"("control":"insert")"), ok);
  ASSERT_TRUE(world.scheduler.Run(world.scheduler.Sleep(milliseconds(1))));
  EXPECT_EQ(read(), 18923742U);
  EXPECT_EQ(world.Ask(R"("control":"fault","when":"erase","do":"status:07")"), ok);
  EXPECT_THAT(world.Ask(R"("control":"fault","when":"boot","do":"nack")")["error"],
              HasSubstr("'boot' is not request"));
  EXPECT_EQ(world.Ask(R"("control":"reset")"), ok);
  EXPECT_EQ(world.Ask(R"("control":"power-cycle")"), ok);
  EXPECT_EQ(read(), 0xFFFFFFFFU);
}

TEST(LabCard, RefusesTheRequestsOfOtherHardware) {
  World world;
  EXPECT_EQ(world.Line(R"("transfer":[{"read":1}])"),
            R"({"id":1,"error":"port 'card0' is a card: it takes registers"})"
            "\n");
  const std::string request = R"({"id":1,"port":"swp1","registers":[{"read":0}]})";
  EXPECT_EQ(world.scheduler.Run(world.protocol.Answer(LabRequest::Parse(request))).value(),
            R"({"id":1,"error":"port 'swp1' is a module: it takes a transfer"})"
            "\n");
}

TEST(LabCard, AnswersAMalformedRequestWithAnError) {
  World world;
  std::string many = R"({"read":0})";
  for (int count = 0; count < 4096; ++count) many += R"(,{"read":0})";
  for (const std::string& accesses : {
           std::string("{}"),
           std::string("[1]"),
           std::string("[{}]"),
           std::string(R"([{"read":-4}])"),
           std::string(R"([{"read":1.5}])"),
           std::string(R"([{"read":"0"}])"),
           std::string(R"([{"read":2}])"),
           std::string(R"([{"read":536870912}])"),
           std::string(R"([{"read":18446744073709551612}])"),
           std::string(R"([{"read":99999999999999999999999}])"),
           std::string(R"([{"read":0,"count":0}])"),
           std::string(R"([{"read":0,"count":3}])"),
           std::string(R"([{"read":0,"count":262148}])"),
           std::string(R"([{"read":0,"fifo":true}])"),
           std::string(R"([{"read":0,"count":4,"fifo":1}])"),
           std::string(R"([{"read":0,"count":4,"fifo":true,"x":1}])"),
           std::string(R"([{"read":0,"write":0}])"),
           std::string(R"([{"read":536870908,"count":8}])"),
           std::string(R"([{"write":0}])"),
           std::string(R"([{"write":0,"value":4294967296}])"),
           std::string(R"([{"write":0,"value":1,"x":1}])"),
           std::string(R"([{"block":0}])"),
           std::string(R"([{"block":0,"data":""}])"),
           std::string(R"([{"block":0,"data":"0011"}])"),
           std::string(R"([{"block":0,"data":"0x112233"}])"),
           std::string(R"([{"block":536870908,"data":"0011223344556677"}])"),
           std::string(R"([{"fifo":1,"data":"00112233"}])"),
           std::string(R"([{"read":0,"count":262144},{"read":0,"count":4}])"),
           "[" + many + "]",
       }) {
    const Json reply = world.Ask("\"registers\":" + accesses);
    EXPECT_EQ(reply["id"], 1);
    EXPECT_TRUE(reply["error"].is_string()) << accesses.substr(0, 80);
    EXPECT_EQ(reply.size(), 2U);
  }
  EXPECT_TRUE(world.Ask(R"("registers":[],"control":"dump")").contains("error"));
  EXPECT_EQ(world.lab->FindCard("card0")->card().counters().accesses, 0U);
}

std::string ErrorOf(std::string_view lines) {
  const std::string text = "[[card]]\nname = \"c\"\n" + std::string(lines) + "\n";
  const Result<LabSettings> settings = ParseLabFile(text, "lab.toml");
  return settings ? "no error" : settings.error().Message();
}

TEST(LabCard, ItsKeysBecomeSettings) {
  const Result<LabSettings> lab = ParseLabFile(R"(
time_scale = 4
[[card]]
name = "card0"
family = "n6000"
serial = "00:11:22:33:44:55"
present = false
version = "1.2.3"
other_version = "1.1.0"
factory_version = "0.1.0"
controller_version = "2.1.0"
controller_factory_version = "2.0.1"
staging_bytes = 1048576
update_count = 7
wearout_at = 1000
reboot_disabled = true
root_hash_static = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
canceled_partial = ["3", "127"]
register_access_ns = 250
fifo_word_ns = 100
handshake_ms = 1
erase_ms_per_mib = 2
authentication_ms = 3
program_ms_per_mib = 4.5
key_programming_ms = 5
boot_ms = 6
[[card.fault]]
when = "program"
nth = 2
do = "status:03"
)",
                                               "lab.toml");
  ASSERT_TRUE(lab) << lab.error().Message();
  const CardSettings& card = lab->cards.at(0);
  EXPECT_EQ(card.name, "card0");
  EXPECT_EQ(card.family, CardFamily::kN6000);
  EXPECT_EQ(card.MacAddress()->at(5), 0x55);
  EXPECT_FALSE(card.present);
  EXPECT_EQ(card.version, (Version{1, 2, 3}));
  EXPECT_EQ(card.other_version, (Version{1, 1, 0}));
  EXPECT_EQ(card.factory_version, (Version{0, 1, 0}));
  EXPECT_EQ(card.controller_version, (Version{2, 1, 0}));
  EXPECT_EQ(card.controller_factory_version, (Version{2, 0, 1}));
  EXPECT_EQ(card.staging_bytes, 1U << 20U);
  EXPECT_EQ(card.update_count, 7U);
  EXPECT_EQ(card.wearout_at, 1000U);
  EXPECT_TRUE(card.reboot_disabled);
  EXPECT_EQ(card.keys[1].root_hash.size(), 32U);
  EXPECT_THAT(card.keys[2].canceled, testing::ElementsAre(3, 127));
  EXPECT_EQ(card.register_access, Duration(250));
  EXPECT_EQ(card.fifo_word, Duration(100));
  EXPECT_EQ(card.handshake, milliseconds(1));
  EXPECT_EQ(card.erase_per_mebibyte, milliseconds(2));
  EXPECT_EQ(card.authentication, milliseconds(3));
  EXPECT_EQ(card.program_per_mebibyte, std::chrono::microseconds(4500));
  EXPECT_EQ(card.key_programming, milliseconds(5));
  EXPECT_EQ(card.boot, milliseconds(6));
  EXPECT_EQ(card.time_scale, 4.0);
  EXPECT_EQ(card.faults.at(0).status, 3U);
}

TEST(LabCard, KeysThatCannotBeAreErrors) {
  EXPECT_EQ(ErrorOf("colour = 1"), "lab.toml:3: [[card]] 'c': unknown key 'colour'");
  EXPECT_THAT(ErrorOf("family = \"n4000\""), HasSubstr("'family' must be 'n3000', 'n6000'"));
  EXPECT_THAT(ErrorOf("serial = \"00:11\""), HasSubstr("'serial' must be a MAC address"));
  EXPECT_THAT(ErrorOf("version = \"16.0.0\""), HasSubstr("15.15.15"));
  EXPECT_THAT(ErrorOf("other_version = \"1.0.0\""), HasSubstr("second user page"));
  EXPECT_THAT(ErrorOf("staging_bytes = 58720260"), HasSubstr("multiple of 4"));
  EXPECT_THAT(ErrorOf("root_hash_controller = \"00\""), HasSubstr("32 or 48 bytes"));
  EXPECT_THAT(ErrorOf("root_hash_controller = \"x\""), HasSubstr("hexadecimal"));
  EXPECT_THAT(ErrorOf("canceled_static = [\"128\"]"), HasSubstr("over 127"));
  EXPECT_THAT(ErrorOf("canceled_static = [\"-1\"]"), HasSubstr("numbers of keys"));
  EXPECT_THAT(ErrorOf("boot_ms = -1"), HasSubstr("'boot_ms'"));
  EXPECT_THAT(ErrorOf("[[card.fault]]\nwhen = \"boot\"\ndo = \"stuck\""), HasSubstr("'boot'"));
  EXPECT_THAT(ErrorOf("[[card]]\nname = \"c\""), HasSubstr("used twice"));
}

TEST(LabCard, SharesTheNamesOfThePorts) {
  SimulatedScheduler scheduler;
  const auto lab = Lab::Create(
      {.buses = {{.name = "b"}}, .modules = {{.name = "x", .bus = "b"}}, .cards = {{.name = "x"}}},
      scheduler);
  ASSERT_FALSE(lab);
  EXPECT_EQ(lab.error().Message(), "card 'x': 'name' is used twice");
}

}  // namespace
}  // namespace reflash::emu
