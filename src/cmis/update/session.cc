// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/session.h"

#include <utility>

#include "cmis/cdb/commands.h"
#include "cmis/cdb/payload_probe.h"
#include "cmis/module/memory_map.h"

namespace reflash::cmis {
namespace {

constexpr unsigned kFirstMajorWithCdb = 4;

Result<void> CheckBasics(const Basics& basics) {
  if (!basics.speaks_cmis()) {
    return Fail(ErrorCode::kNotSupported, "not a CMIS module (SFF-8024 {})", basics.FormFactor());
  }
  if (basics.major() < kFirstMajorWithCdb) {
    return Fail(ErrorCode::kNotSupported, "CMIS {}: firmware updates by CDB came with CMIS 4.0",
                basics.RevisionText());
  }
  if (basics.flat) {
    return Fail(ErrorCode::kNotSupported, "flat memory: the module has no CDB for updates");
  }
  return {};
}

Task<Basics> ReadBasics(ModuleMemory& memory) {
  const Result<Bytes> bytes = co_await Outcome(memory.Read(kIdentifier, Basics::kBytes));
  if (bytes) co_return Basics::Parse(*bytes);
  if (bytes.error().code() != ErrorCode::kTimeout) co_return Fail(bytes.error());
  co_return Fail(Error(ErrorCode::kNotFound, "no module answers").Because(bytes.error()));
}

}  // namespace

Task<std::unique_ptr<Session>> Session::Open(Scheduler& scheduler, ModuleMemory& memory) {
  std::unique_ptr<Session> session = co_await OpenUnasked(scheduler, memory);
  co_await session->ReadFeatures();
  co_return session;
}

Task<std::unique_ptr<Session>> Session::OpenUnasked(Scheduler& scheduler, ModuleMemory& memory) {
  memory.Forget();
  const Basics basics = co_await ReadBasics(memory);
  co_await CheckBasics(basics);
  const Bytes identity = co_await memory.Read(kIdentityPage, kUpperPageBytes);
  const Bytes advertised = co_await memory.Read(kAdvertisementPage, kUpperPageBytes);
  const CdbAdvertisement advertisement = CdbAdvertisement::Parse(advertised);
  if (advertisement.instances == 0) {
    co_return Fail(ErrorCode::kNotSupported, "the module has no CDB for updates");
  }
  co_return std::make_unique<Session>(scheduler, memory, basics, Identity::Parse(identity),
                                      advertisement);
}

Task<void> Session::ReadFeatures() {
  const Bytes reply = co_await channel_.Perform(FirmwareFeaturesCommand(), kQueryDeadline);
  features_ = co_await FirmwareFeatures::Parse(reply, basics_.revision);
  deadlines_ = StepDeadlines::For(features_, quirks_);
  channel_.LimitBursts(features_.read_write_length_ext);
}

Task<void> Session::SettlePayloadPages() {
  const unsigned pages = advertisement_.epl_pages_to_try;
  if (pages <= advertisement_.epl_pages) co_return;
  const std::size_t burst = LongestLplAccess(advertisement_.read_write_length_ext);
  if (co_await HasPayloadPages(memory_, pages, burst)) advertisement_.epl_pages = pages;
  advertisement_.epl_pages_to_try = advertisement_.epl_pages;
}

Task<FirmwareInfo> Session::ReadFirmwareInfo() {
  const Bytes reply = co_await channel_.Perform(FirmwareInfoCommand(), kQueryDeadline);
  co_return co_await FirmwareInfo::Parse(reply);
}

}  // namespace reflash::cmis
