// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "groups.h"
#include "module_kinds.h"
#include "peer_host.h"
#include "rack.h"

namespace reflash::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Does = PeerStep::Does;

// Procedures. Steps that some peers take before and after (low power, interfaces) are left out.

constexpr PeerStep kKernel[] = {
    {Does::kCommand, 0x0040},      {Does::kCommand, 0x0041},
    {Does::kCommand, 0x0101},      {Does::kBlocks},
    {Does::kCommand, 0x0107},      {Does::kTrigger, 0x0109},
    {Does::kSleep, 0, seconds(2)}, {Does::kAwaitReady, 0, milliseconds(20)},
    {Does::kCommand, 0x0040},      {Does::kCommand, 0x010A},
};
constexpr PeerStep kSonic[] = {
    {Does::kCommand, 0x0041},      {Does::kCommand, 0x0100},
    {Does::kCommand, 0x0101},      {Does::kBlocks},
    {Does::kCommand, 0x0107},      {Does::kCommand, 0x0109, milliseconds(512)},
    {Does::kSleep, 0, seconds(2)}, {Does::kAwaitReady, 0, seconds(2)},
    {Does::kCommand, 0x0100},      {Does::kCommand, 0x010A},
};
constexpr PeerStep kFboss[] = {
    {Does::kCommand, 0x0000},
    {Does::kCommand, 0x0041},
    {Does::kCommand, 0x0101},
    {Does::kBlocks},
    {Does::kCommand, 0x0107},
    {Does::kTrigger, 0x0109, seconds(5)},
    {Does::kSleep, 0, seconds(10)},
    {Does::kAwaitReady, 0, milliseconds(500)},
    {Does::kSleep, 0, milliseconds(100)},
    {Does::kCommand, 0x010A},
    {Does::kSleep, 0, milliseconds(200)},
    {Does::kSleep, 0, seconds(50)},
    {Does::kCommand, 0x0100},
    {Does::kSleep, 0, seconds(5)},
};
constexpr PeerStep kMstflint[] = {
    {Does::kCommand, 0x0041},
    {Does::kCommand, 0x0000},
    {Does::kCommand, 0x0101},
    {Does::kBlocks},
    {Does::kCommand, 0x0000},
    {Does::kCommand, 0x0107},
    {Does::kTrigger, 0x0109, milliseconds(30)},
    {Does::kSleep, 0, seconds(1)},
    {Does::kAwaitReady, 0, milliseconds(10)},
    {Does::kCommand, 0x010A},
};
constexpr PeerStep kHpe[] = {
    {Does::kCommand, 0x0041},
    {Does::kCommand, 0x0100},
    {Does::kCommand, 0x0101},
    {Does::kBlocks},
    {Does::kCommand, 0x0107},
    {Does::kSleep, 0, seconds(1)},
    {Does::kCommand, 0x0109, milliseconds(200)},
    {Does::kSleep, 0, seconds(3)},
    {Does::kCommand, 0x0100},
    {Does::kSleep, 0, seconds(5)},
    {Does::kCommand, 0x010A},
};

constexpr PeerWait kKernelBlock{
    .before_flag = milliseconds(1), .before_status = milliseconds(1), .between = milliseconds(20)};
constexpr PeerWait kKernelOther{.before_flag = milliseconds(1000),
                                .before_status = milliseconds(1000),
                                .between = milliseconds(20)};
constexpr PeerWait kSonicWait{.before_status = milliseconds(100)};
constexpr PeerWait kFbossWait{.before_flag = milliseconds(10), .between = milliseconds(10)};
constexpr PeerWait kMstflintBlock{.between = milliseconds(10)};
constexpr PeerWait kMstflintOther{.before_status = milliseconds(1000), .between = milliseconds(10)};
constexpr PeerWait kHpeBlock{.between = milliseconds(10)};
constexpr PeerWait kHpeOther{.between = milliseconds(100)};

constexpr auto kEpl = PeerRules::Payload::kEpl;
constexpr auto kLpl = PeerRules::Payload::kLpl;

constexpr std::array kPeers{
    PeerRules{.name = "kernel-epl",
              .payload = kEpl,
              .chunk_bytes = 128,
              .whole_body = true,
              .block = kKernelBlock,
              .other = kKernelOther,
              .steps = kKernel},
    PeerRules{.name = "kernel-lpl",
              .payload = kLpl,
              .chunk_bytes = 128,
              .whole_body = true,
              .block = kKernelBlock,
              .other = kKernelOther,
              .steps = kKernel},
    PeerRules{.name = "sonic-epl",
              .payload = kEpl,
              .chunk_bytes = 32,
              .through_optoe = true,
              .looks_at_flag = false,
              .block = kSonicWait,
              .other = kSonicWait,
              .steps = kSonic},
    PeerRules{.name = "sonic-lpl",
              .payload = kLpl,
              .chunk_bytes = 32,
              .through_optoe = true,
              .looks_at_flag = false,
              .block = kSonicWait,
              .other = kSonicWait,
              .steps = kSonic},
    PeerRules{.name = "fboss-legacy-epl",
              .payload = kEpl,
              .chunk_bytes = 32,
              .id_in_two_writes = true,
              .after_write = milliseconds(5),
              .block = kFbossWait,
              .other = kFbossWait,
              .steps = kFboss},
    PeerRules{.name = "fboss-legacy-lpl",
              .payload = kLpl,
              .chunk_bytes = 32,
              .id_in_two_writes = true,
              .after_write = milliseconds(5),
              .block = kFbossWait,
              .other = kFbossWait,
              .steps = kFboss},
    PeerRules{.name = "mstflint-lpl",
              .payload = kLpl,
              .chunk_bytes = 48,
              .selects_for_id = true,
              .block = kMstflintBlock,
              .other = kMstflintOther,
              .steps = kMstflint},
    PeerRules{.name = "hpe-epl",
              .payload = kEpl,
              .chunk_bytes = 8,
              .reads_selection_back = true,
              .after_selection = milliseconds(5),
              .status_reads = 2,
              .block = kHpeBlock,
              .other = kHpeOther,
              .steps = kHpe},
    PeerRules{.name = "hpe-lpl",
              .payload = kLpl,
              .chunk_bytes = 8,
              .reads_selection_back = true,
              .after_selection = milliseconds(5),
              .status_reads = 2,
              .block = kHpeBlock,
              .other = kHpeOther,
              .steps = kHpe},
};

emu::ModuleSettings ModuleFor(PeerRules::Payload payload, Duration busy) {
  const bool epl = payload == kEpl;
  emu::ModuleSettings settings =
      NeverBusy({.write = epl ? emu::WriteMechanism::kEpl : emu::WriteMechanism::kLpl});
  settings.block_busy = busy;
  settings.boot = milliseconds(500);  // some peers do not wait for longer
  return settings;
}

Result<double> OurSeconds(const emu::ModuleSettings& settings, const Image& image) {
  Rack rack;
  REFLASH_TRY(rack.AddModule(rack.AddBus(), settings));
  REFLASH_TRY_VOID(rack.scheduler().Run(rack.UpdateAll(image)));
  return ToSeconds(rack.scheduler().Now() - TimePoint());
}

Result<double> TheirSeconds(const PeerRules& rules, const emu::ModuleSettings& settings,
                            const Image& image) {
  Rack rack;
  emu::EmulatedBus& bus = rack.AddBus();
  Bay& bay = rack.Plug(settings);
  const std::unique_ptr<I2cPort> port = rack.Connect(bus, bay, Rack::Metered::kNo);
  PeerHost host(rack.scheduler(), *port, rules);
  REFLASH_TRY_VOID(rack.scheduler().Run(host.Update(image.bytes())));
  REFLASH_TRY_VOID(rack.CheckUpdated());
  return ToSeconds(rack.scheduler().Now() - TimePoint());
}

}  // namespace

Result<void> MeasurePeers(Report& report) {
  const Image image = MakeImage(kMebibyte);
  for (const int busy_ms : {0, 5}) {
    std::array<double, 2> ours{};
    for (const auto payload : {kLpl, kEpl}) {
      const emu::ModuleSettings settings = ModuleFor(payload, milliseconds(busy_ms));
      double& seconds_of_ours = ours.at(payload == kEpl ? 1 : 0);
      seconds_of_ours = REFLASH_TRY(OurSeconds(settings, image));
      report.Add({fmt::format("peers/reflash-{}/busy-{}", payload == kEpl ? "epl" : "lpl", busy_ms),
                  seconds_of_ours,
                  "s",
                  {}});
    }
    for (const PeerRules& rules : kPeers) {
      const emu::ModuleSettings settings = ModuleFor(rules.payload, milliseconds(busy_ms));
      const double theirs = REFLASH_TRY(TheirSeconds(rules, settings, image));
      const std::string name = fmt::format("peers/{}/busy-{}", rules.name, busy_ms);
      report.Add({name, theirs, "s", {}});
      report.Add({name + "/ratio", theirs / ours.at(rules.payload == kEpl ? 1 : 0),
                  "times our time", AtLeast(1)});
    }
  }
  return {};
}

}  // namespace reflash::bench
