// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "flash/device.h"
#include "traffic.h"

namespace reflash::bench {

/// When and how an image was written to one device.
struct WritingRecord {
  TimePoint begin;
  TimePoint end;
  bool began = false;
  bool ended = false;
  const void* image = nullptr;  ///< where the job's image stands in memory
  /// Bus time that the blocks cannot do without: their writes and one read of the status each.
  Duration block_bus{0};
  Duration wasted{0};       ///< what they took besides that and the module's own time
  Duration most_wasted{0};  ///< with one block

  [[nodiscard]] Duration length() const { return end - begin; }
};

/// A driver with a stop-watch: it passes everything on and keeps a record of the writing.
class MeteredDevice : public Device {
 public:
  /// All but `device` outlive it. `status_read` is the bus time of reading one byte.
  MeteredDevice(Scheduler& scheduler, std::unique_ptr<Device> device, const Traffic& traffic,
                Duration status_read, WritingRecord& record)
      : scheduler_(scheduler),
        device_(std::move(device)),
        traffic_(traffic),
        status_read_(status_read),
        record_(record) {}

  [[nodiscard]] std::string_view kind() const override { return device_->kind(); }
  [[nodiscard]] const std::string& hardware_address() const override {
    return device_->hardware_address();
  }
  [[nodiscard]] Duration Estimate(Step step, std::uint64_t image_bytes) const override {
    return device_->Estimate(step, image_bytes);
  }

 private:
  Task<DeviceInfo> DoInspect(std::stop_token stop) override { return device_->Inspect(stop); }
  Task<std::optional<std::string>> DoInUse() override { return device_->InUse(); }
  [[nodiscard]] Result<LoadPlan> DoPlanLoad(const Image& image, const JobOptions& options,
                                            const DeviceInfo& before) const override {
    return device_->PlanLoad(image, options, before);
  }
  Task<void> DoPrepare(Job& job) override {
    record_ = {};
    record_.image = job.image().bytes().data();
    return device_->Prepare(job);
  }
  Task<std::uint64_t> DoWrite(Job& job, std::uint64_t offset) override {
    const TimePoint begin = scheduler_.Now();
    const Traffic before = traffic_;
    if (!record_.began) record_.begin = begin;
    record_.began = true;
    const std::uint64_t taken = co_await device_->Write(job, offset);
    record_.end = scheduler_.Now();
    const Traffic block = traffic_ - before;
    const Duration bus = block.writes + block.blocks * status_read_;
    const Duration wasted = record_.end - begin - bus - block.busy;
    record_.block_bus += bus;
    record_.wasted += wasted;
    record_.most_wasted = std::max(record_.most_wasted, wasted);
    co_return taken;
  }
  Task<void> DoFinish(Job& job) override {
    record_.ended = true;
    return device_->Finish(job);
  }
  Result<void> DoCancel(Job& job) override { return device_->Cancel(job); }
  Task<void> DoCleanup(Job& job, const Result<void>& outcome) override {
    return device_->Cleanup(job, outcome);
  }
  Task<void> DoReadBack(Job& job) override { return device_->ReadBack(job); }
  Task<void> DoRun(Job& job) override { return device_->Run(job); }
  Task<void> DoCommit(Job& job) override { return device_->Commit(job); }
  Task<void> DoRollback(Job& job) override { return device_->Rollback(job); }
  Task<void> DoAbort(Job& job) override { return device_->Abort(job); }

  Scheduler& scheduler_;
  std::unique_ptr<Device> device_;
  const Traffic& traffic_;
  Duration status_read_;
  WritingRecord& record_;
};

}  // namespace reflash::bench
