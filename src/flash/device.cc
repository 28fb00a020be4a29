// SPDX-License-Identifier: Apache-2.0
#include "flash/device.h"

#include <cassert>
#include <utility>

namespace reflash {
namespace {

Task<void> NotOffered(std::string_view what) {
  co_await Fail(ErrorCode::kNotSupported, "this kind of device has no {}", what);
}

}  // namespace

Task<DeviceInfo> Device::Inspect(std::stop_token stop) { return DoInspect(std::move(stop)); }
Task<std::optional<std::string>> Device::InUse() { return DoInUse(); }
Task<void> Device::Prepare(Job& job) { return DoPrepare(job); }

Task<std::uint64_t> Device::Write(Job& job, std::uint64_t offset) {
  assert(offset < job.image().size());
  const std::uint64_t left = job.image().size() - offset;
  const std::uint64_t taken = co_await DoWrite(job, offset);
  if (taken == 0 || taken > left) {
    co_return Fail(ErrorCode::kRwError, "the driver took {} of the {} bytes left at offset {}",
                   taken, left, offset);
  }
  co_return taken;
}

Task<void> Device::Finish(Job& job) { return DoFinish(job); }
Task<void> Device::Cleanup(Job& job, const Result<void>& outcome) {
  return DoCleanup(job, outcome);
}
Task<void> Device::ReadBack(Job& job) { return DoReadBack(job); }
Task<void> Device::Run(Job& job) { return DoRun(job); }
Task<void> Device::Commit(Job& job) { return DoCommit(job); }
Task<void> Device::Rollback(Job& job) { return DoRollback(job); }
Task<void> Device::Abort(Job& job) { return DoAbort(job); }

Task<std::optional<std::string>> Device::DoInUse() { co_return std::nullopt; }
Result<LoadPlan> Device::DoPlanLoad(const Image& /*image*/, const JobOptions& /*options*/,
                                    const DeviceInfo& before) const {
  return LoadPlan::IntoIdleBank(before);
}

Result<void> Device::DoCancel(Job& /*job*/) { return {}; }
Task<void> Device::DoReadBack(Job& /*job*/) { return NotOffered("read-back"); }
Task<void> Device::DoRun(Job& /*job*/) { return NotOffered("bank to run"); }
Task<void> Device::DoCommit(Job& /*job*/) { return NotOffered("bank to commit"); }
Task<void> Device::DoRollback(Job& /*job*/) { return NotOffered("bank to go back to"); }
Task<void> Device::DoAbort(Job& /*job*/) { return NotOffered("download to abort"); }

}  // namespace reflash
