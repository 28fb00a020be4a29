// SPDX-License-Identifier: Apache-2.0
#include "emu/adapter/emulated_adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "async/simulated_scheduler.h"
#include "async/task_group.h"
#include "emu/adapter/adapter_image.h"
#include "emu/adapter/emulated_facility.h"
#include "emu/image_format.h"
#include "emu/lab.h"
#include "emu/lab_file.h"
#include "emu/lab_protocol.h"

namespace reflash::emu {
namespace {

using Operation = FacilityOperation;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::array kHints = {milliseconds(1),    milliseconds(10),    milliseconds(100),
                               milliseconds(1000), milliseconds(10000), milliseconds(100000)};

Bytes WithHeader(ByteView image, const AdapterSettings& settings = {}) {
  Bytes whole;
  AppendBigEndian(whole, std::uint16_t{1});
  whole.resize(8);
  for (const std::uint16_t id : {settings.vendor_id, settings.device_id,
                                 settings.subsystem_vendor_id, settings.subsystem_id}) {
    AppendBigEndian(whole, id);
  }
  AppendBigEndian(whole, std::uint64_t{128});
  AppendBigEndian(whole, std::uint64_t{image.size()});
  whole.resize(128);
  Append(whole, image);
  return whole;
}

/// A guest that keeps the rules.
class Guest {
 public:
  Guest(Scheduler& scheduler, EmulatedAdapter& adapter)
      : scheduler_(scheduler), facility_(scheduler, adapter) {}

  /// Hands `whole` over in chunks; returns the last code.
  Task<std::int64_t> HandOver(Operation operation, Bytes whole, std::size_t chunk = 1U << 20U) {
    std::uint64_t token = 0;
    std::int64_t code = 18;
    for (std::size_t at = 0; code == 18; at += chunk) {
      if (at >= whole.size()) co_return code;
      const ByteView part = ByteView(whole).subspan(at, std::min(chunk, whole.size() - at));
      const FacilityReply reply = co_await CallPatiently(operation, token, Cut(part));
      token = reply.token;
      code = reply.code;
    }
    co_return code;
  }

  Task<FacilityReply> CallPatiently(Operation operation, std::uint64_t token,
                                    std::vector<ByteView> list) {
    while (true) {
      FacilityReply reply = co_await facility_.Call(operation, token, list);
      const bool long_busy = reply.code >= 9900;
      if (reply.code != 1 && !long_busy) co_return reply;
      token = reply.token;
      co_await scheduler_.Sleep(
          long_busy ? Duration(kHints.at(static_cast<std::size_t>(reply.code - 9900)))
                    : milliseconds(10));
    }
  }

  static std::vector<ByteView> Cut(ByteView data) {
    std::vector<ByteView> list;
    for (; data.size() > 4096; data = data.subspan(4096)) list.push_back(data.first(4096));
    list.push_back(data);
    return list;
  }

 private:
  Scheduler& scheduler_;
  EmulatedFacility facility_;
};

class World {
 public:
  explicit World(AdapterSettings settings = {})
      : adapter(std::move(settings), scheduler), guest(scheduler, adapter) {}

  std::int64_t HandOver(Operation operation, const Bytes& whole, std::size_t chunk = 4096) {
    return scheduler.Run(guest.HandOver(operation, whole, chunk)).value();
  }
  FacilityReply Call(Operation operation, std::uint64_t token = 0, ByteView data = {}) {
    const std::vector<ByteView> list = data.empty() ? std::vector<ByteView>() : Guest::Cut(data);
    return adapter.Call(operation, token, list, scheduler.Now());
  }
  std::string VitalData() {
    const auto reply = scheduler.Run(guest.CallPatiently(Operation::kVitalData, 0, {})).value();
    return {reinterpret_cast<const char*>(reply.data.data()), reply.data.size()};
  }
  void Wait(Duration duration) { ASSERT_TRUE(scheduler.Run(scheduler.Sleep(duration))); }

  static Bytes Image(std::size_t size = 20000) { return *MakeAdapterImage({1, 3, 0}, {}, size, 1); }

  SimulatedScheduler scheduler;
  EmulatedAdapter adapter;
  Guest guest;
};

TEST(EmulatedAdapter, TakesAnImageTwiceAndRunsItAfterAReset) {
  World world;
  const Bytes whole = WithHeader(World::Image());
  EXPECT_EQ(world.HandOver(Operation::kDownload, whole), 0);
  EXPECT_GT(world.scheduler.Now().time_since_epoch(), seconds(20));
  EXPECT_EQ(world.HandOver(Operation::kValidate, whole), 0);
  EXPECT_THAT(world.VitalData(), HasSubstr("1.2.0"));
  EXPECT_EQ(world.Call(Operation::kReset).code, 0);
  EXPECT_THAT(world.VitalData(), HasSubstr("1.3.0"));
  EXPECT_EQ(Sha256Hex(world.adapter.banks().user().image()), Sha256Hex(World::Image()));
  EXPECT_THAT(world.adapter.violations(), IsEmpty());
}

TEST(EmulatedAdapter, TellsItsIdentity) {
  World world({.serial = "S1", .vendor_id = 0x1234, .afus_open = 3});
  EXPECT_EQ(world.VitalData(),
            "vendor=1234\ndevice=0477\nsubsystem_vendor=1014\nsubsystem=04da\nversion=1.2.0\n"
            "image=user\nafus_open=3\nsequence=idle\npart=CAPI-FLASH-GT\nserial=S1\n"
            "user_bytes=33554432\n");
}

TEST(EmulatedAdapter, AsksForPatienceWithHintsAndBusy) {
  World world({.busy_replies = 2});
  const Bytes whole = WithHeader(World::Image(4000));
  const FacilityReply busy = world.Call(Operation::kDownload, 0, whole);
  EXPECT_EQ(busy.code, 1);
  world.Wait(milliseconds(10));
  const FacilityReply again = world.Call(Operation::kDownload, busy.token, whole);
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.token, busy.token);
  world.Wait(milliseconds(10));
  const FacilityReply longer = world.Call(Operation::kDownload, again.token, whole);
  EXPECT_EQ(longer.code, 9904);
  EXPECT_EQ(world.Call(Operation::kDownload, longer.token, whole).code, 9904);
  EXPECT_THAT(world.adapter.violations(), ElementsAre(HasSubstr("earlier than its hint")));
}

TEST(EmulatedAdapter, RefusesABitstreamThatIsNone) {
  World world;
  Bytes image = World::Image();
  image[5000] ^= std::byte{0x01};
  EXPECT_EQ(world.HandOver(Operation::kDownload, WithHeader(image)), -70);
  EXPECT_FALSE(world.adapter.banks().user().valid());
  world.Call(Operation::kReset);
  EXPECT_THAT(world.VitalData(), HasSubstr("1.0.0"));
  const Bytes other = *MakeAdapterImage({1, 3, 0}, {.device_id = 1}, 20000);
  EXPECT_EQ(world.HandOver(Operation::kDownload, WithHeader(other)), -70);
  world.Call(Operation::kReset);
  const Bytes partial = *MakeAdapterImage({1, 3, 0}, {}, 20000, 0, true);
  EXPECT_EQ(world.HandOver(Operation::kDownload, WithHeader(partial)), -70);
}

TEST(EmulatedAdapter, ComparesWhatIsValidated) {
  World world;
  Bytes whole = WithHeader(World::Image());
  EXPECT_EQ(world.HandOver(Operation::kDownload, whole), 0);
  whole[9000] ^= std::byte{0x01};
  EXPECT_EQ(world.HandOver(Operation::kValidate, whole), -70);
  world.Call(Operation::kReset);
  EXPECT_EQ(world.HandOver(Operation::kValidate, WithHeader(World::Image(10000))), -70);
  EXPECT_THAT(world.adapter.violations(), IsEmpty());
}

TEST(EmulatedAdapter, ChecksTheHeader) {
  for (const std::size_t offset : {1U, 5U, 9U, 11U, 13U, 15U, 23U, 90U}) {
    World world;
    Bytes whole = WithHeader(World::Image());
    whole.at(offset) ^= std::byte{0x01};
    EXPECT_EQ(world.HandOver(Operation::kDownload, whole), -4) << offset;
    EXPECT_THAT(world.adapter.violations(), ElementsAre(HasSubstr("header")));
    EXPECT_TRUE(world.adapter.banks().user().valid());
  }
  World small({.flash_bytes = 10000});
  EXPECT_EQ(small.HandOver(Operation::kDownload, WithHeader(World::Image())), -4);
  World longer;
  Bytes whole = WithHeader(World::Image());
  whole.push_back(std::byte{0});
  EXPECT_EQ(longer.HandOver(Operation::kDownload, whole), -4);
  EXPECT_THAT(longer.adapter.violations(), ElementsAre(HasSubstr("more bytes")));
}

TEST(EmulatedAdapter, PunishesBrokenTokenRules) {
  World world({.erase = Duration::zero(),
               .program_per_mebibyte = Duration::zero(),
               .boot = Duration::zero()});
  const Bytes whole = WithHeader(World::Image());
  const ByteView first = ByteView(whole).first(4096);
  EXPECT_EQ(world.Call(Operation::kDownload, 5, first).code, -4);
  const FacilityReply reply = world.Call(Operation::kDownload, 0, first);
  EXPECT_EQ(reply.code, 18);
  EXPECT_EQ(world.Call(Operation::kVitalData).code, 0);
  EXPECT_THAT(world.VitalData(), HasSubstr("sequence=download"));
  EXPECT_EQ(world.Call(Operation::kDownload, reply.token + 2, first).code, -4);
  EXPECT_EQ(world.Call(Operation::kDownload, 0, first).code, -75);
  world.Call(Operation::kReset);
  EXPECT_EQ(world.Call(Operation::kDownload, 0, first).code, 18);
  EXPECT_EQ(world.Call(Operation::kValidate, 0, first).code, -4);
  EXPECT_EQ(world.Call(Operation::kReset, 1).code, -4);
  const std::array gaps = {first.first(10), first.first(10)};
  EXPECT_EQ(world.adapter.Call(Operation::kDownload, 0, gaps, world.scheduler.Now()).code, -72);
  EXPECT_THAT(world.adapter.violations(),
              ElementsAre(HasSubstr("no sequence is open"), HasSubstr("or token"),
                          HasSubstr("without a reset"), HasSubstr("another operation"),
                          HasSubstr("takes none"), HasSubstr("not full")));
}

TEST(EmulatedAdapter, ARetryBringsTheSameBytes) {
  World world;
  const Bytes whole = WithHeader(World::Image());
  const FacilityReply reply = world.Call(Operation::kDownload, 0, ByteView(whole).first(4096));
  world.Wait(seconds(10));
  EXPECT_EQ(world.Call(Operation::kDownload, reply.token, ByteView(whole).first(4000)).code, -4);
  EXPECT_THAT(world.adapter.violations(), ElementsAre(HasSubstr("other bytes")));
}

TEST(EmulatedAdapter, ALateCallFindsItsSequenceGone) {
  World world({.call_timeout = seconds(5),
               .erase = Duration::zero(),
               .program_per_mebibyte = Duration::zero()});
  const Bytes whole = WithHeader(World::Image());
  const FacilityReply reply = world.Call(Operation::kDownload, 0, ByteView(whole).first(4096));
  world.Wait(seconds(6));
  EXPECT_EQ(world.Call(Operation::kDownload, reply.token, ByteView(whole).first(4096)).code, -75);
  EXPECT_THAT(world.adapter.violations(), ElementsAre(HasSubstr("later than 5.0 s")));
  world.Call(Operation::kReset);
  EXPECT_EQ(world.HandOver(Operation::kDownload, whole), 0);
}

TEST(EmulatedAdapter, IsNotOverwrittenWhileItIsInUse) {
  World world({.afus_open = 1});
  EXPECT_EQ(world.HandOver(Operation::kDownload, WithHeader(World::Image())), -16);
  world.adapter.SetAfusOpen(0);
  EXPECT_EQ(world.HandOver(Operation::kDownload, WithHeader(World::Image())), 0);
}

TEST(EmulatedAdapter, FaultsStrike) {
  const Bytes whole = WithHeader(World::Image());
  const auto with = [](const char* when, const char* effect, std::uint32_t nth) {
    AdapterSettings settings;
    settings.faults.push_back(AdapterFault::Parse(when, nth, effect).value());
    return settings;
  };
  World code(with("download", "code:-1", 3));
  EXPECT_EQ(code.HandOver(Operation::kDownload, whole), -1);
  code.Call(Operation::kReset);
  EXPECT_EQ(code.HandOver(Operation::kDownload, whole), 0);
  World garbled(with("download", "garble", 1));
  EXPECT_NE(garbled.HandOver(Operation::kDownload, whole), 0);
  World cut(with("download", "power-cut", 30));
  EXPECT_EQ(cut.HandOver(Operation::kDownload, whole), -1);
  EXPECT_THAT(cut.VitalData(), HasSubstr("1.0.0"));
  World removed(with("validate", "remove", 1));
  EXPECT_EQ(removed.HandOver(Operation::kValidate, whole), -1);
  EXPECT_EQ(removed.Call(Operation::kReset).code, -1);
  removed.adapter.Insert();
  EXPECT_THAT(removed.VitalData(), HasSubstr("1.2.0"));
  World stuck(with("reset", "stuck", 1));
  EXPECT_EQ(stuck.Call(Operation::kReset).code, 1);
  EXPECT_EQ(stuck.Call(Operation::kVitalData).code, 1);
  stuck.adapter.PowerCycle();
  EXPECT_THAT(stuck.VitalData(), HasSubstr("1.2.0"));
  EXPECT_FALSE(AdapterFault::Parse("boot", 1, "stuck"));
  EXPECT_FALSE(AdapterFault::Parse("reset", 1, "garble"));
  EXPECT_FALSE(AdapterFault::Parse("reset", 0, "stuck"));
  EXPECT_FALSE(AdapterFault::Parse("reset", 1, "code:x"));
}

TEST(EmulatedAdapter, TwoHundredAtOnceDoNotDisturbEachOther) {
  SimulatedScheduler scheduler;
  std::vector<std::unique_ptr<EmulatedAdapter>> adapters;
  std::vector<std::unique_ptr<Guest>> guests;
  TaskGroup group(scheduler);
  const auto one = [](Guest& guest, Bytes whole) -> Task<void> {
    const std::int64_t code = co_await guest.HandOver(Operation::kDownload, std::move(whole));
    if (code != 0) co_await Fail(ErrorCode::kHwError, "code {}", code);
  };
  for (std::uint32_t index = 0; index < 200; ++index) {
    adapters.push_back(std::make_unique<EmulatedAdapter>(AdapterSettings{}, scheduler));
    guests.push_back(std::make_unique<Guest>(scheduler, *adapters.back()));
    const Bytes image = *MakeAdapterImage({1, 3, index}, {}, 5000, index);
    group.Spawn(one(*guests.back(), WithHeader(image)));
  }
  ASSERT_TRUE(scheduler.Run(group.Wait()));
  EXPECT_LT(scheduler.Now().time_since_epoch(), seconds(25));
  for (std::uint32_t index = 0; index < 200; ++index) {
    EXPECT_EQ(adapters[index]->banks().user().version().build, index);
    EXPECT_THAT(adapters[index]->violations(), IsEmpty());
  }
}

TEST(LabAdapter, IsCalledThroughTheLabSocket) {
  SimulatedScheduler scheduler;
  const auto settings = ParseLabFile(R"(
[[adapter]]
name = "a0"
version = "2.0.0"
vendor_id = 0x1015
erase_ms = 1
[[adapter.fault]]
when = "reset"
do = "code:-16"
)",
                                     "lab.toml");
  ASSERT_TRUE(settings) << settings.error().Message();
  const auto lab = Lab::Create(*settings, scheduler).value();
  LabProtocol protocol(*lab);
  const auto ask = [&](std::string_view rest) {
    const std::string line = R"({"id":1,"port":"a0",)" + std::string(rest) + "}";
    return nlohmann::json::parse(scheduler.Run(protocol.Answer(LabRequest::Parse(line))).value());
  };
  EXPECT_THAT(ask(R"("hcall":{"op":"vpd","token":0})")["data"].get<std::string>(),
              HasSubstr("322e302e30"));
  EXPECT_EQ(ask(R"("hcall":{"op":"reset","token":0,"list":[]})"),
            nlohmann::json::parse(R"({"id":1,"rc":-16,"token":0})"));
  EXPECT_EQ(ask(R"("hcall":{"op":"download","token":0,"list":["00","01"]})")["rc"], -72);
  EXPECT_EQ(ask(R"("transfer":[])")["error"], "port 'a0' is an adapter: it takes an hcall");
  const auto dump = ask(R"("control":"dump")");
  EXPECT_EQ(dump["banks"]["user"]["version"], "2.0.0");
  EXPECT_EQ(dump["counters"]["calls"], 3);
  for (const char* call :
       {"1", "{}", R"({"op":1})", R"({"op":"x","token":0})", R"({"op":"vpd"})",
        R"({"op":"vpd","token":-1})", R"({"op":"vpd","token":0,"list":1})",
        R"({"op":"vpd","token":0,"list":[1]})", R"({"op":"vpd","token":0,"list":["0"]})",
        R"({"op":"vpd","token":0,"list":["00"]})", R"({"op":"download","token":0})",
        R"({"op":"download","token":0,"list":[""]})", R"({"op":"vpd","token":0,"x":1})"}) {
    EXPECT_TRUE(ask("\"hcall\":" + std::string(call)).contains("error")) << call;
  }
}

}  // namespace
}  // namespace reflash::emu
