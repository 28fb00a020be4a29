// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "flash/device.h"

namespace reflash {

/// Hardware with two banks that does what a test wants, and writes down what was asked of it. Each
/// operation takes `takes` of simulated time. For tests only.
struct FakeHardware {
  using Hook = std::function<Result<void>(Job* job)>;

  std::string address = "fake:1";
  DeviceInfo info{.vendor = "ACME",
                  .part = "FAKE-1",
                  .serial = "S1",
                  .version = Version{1, 2, 0},
                  .state = "ready",
                  .banks = {{.name = "A",
                             .version = Version{1, 2, 0},
                             .running = true,
                             .committed = true,
                             .valid = true},
                            {.name = "B"}},
                  .capabilities = {.switches_banks = true},
                  .details = {}};
  Version image_version{1, 3, 0};  ///< what the device finds in an image
  std::uint64_t block_bytes = 1000;
  Duration takes = std::chrono::seconds(1);
  bool reachable = true;
  bool honours_stop = true;
  std::optional<std::string> in_use;
  std::optional<Result<LoadPlan>> plan;  ///< what becomes of any image; without, the usual
  Result<void> cancel_answer;
  std::map<std::string, Hook> before;  ///< runs when an operation begins; an Error fails it there
  std::map<std::string, Hook> after;   ///< runs when it has had its effect
  std::vector<std::string> calls;
  Bytes received;
  bool open = false;  ///< Prepare was entered, and nobody has cleaned up

  [[nodiscard]] std::size_t Count(std::string_view call) const {
    return static_cast<std::size_t>(std::ranges::count(calls, call));
  }
  /// The calls with spaces between them; equal ones that follow each other count as one.
  [[nodiscard]] std::string Calls() const {
    std::string text;
    std::string last;
    for (const std::string& call : calls) {
      if (call == last) continue;
      text += (text.empty() ? "" : " ") + call;
      last = call;
    }
    return text;
  }

  [[nodiscard]] Bank& Running() { return *std::ranges::find_if(info.banks, &Bank::running); }
  [[nodiscard]] Bank& Idle() {
    const auto idle =
        std::ranges::find_if(info.banks, [](const Bank& bank) { return !bank.running; });
    return idle == info.banks.end() ? info.banks.front() : *idle;
  }
  /// The bank that a job is about, or the idle one.
  [[nodiscard]] Bank& Target(const Job& job) {
    const auto named = std::ranges::find(info.banks, job.bank(), &Bank::name);
    return named == info.banks.end() ? Idle() : *named;
  }
  void RunBank(std::string_view name) {
    for (Bank& bank : info.banks) bank.running = bank.name == name;
    info.version = Running().version;
  }
  void CommitRunning() {
    for (Bank& bank : info.banks) bank.committed = bank.running;
  }
  /// One bank for everything, as in a device that cannot fall back.
  void BecomeSingleBank() {
    info.banks.pop_back();
    info.capabilities = {.switches_banks = false, .single_bank = true};
  }
};

/// The driver of FakeHardware.
class FakeDevice : public Device {
 public:
  /// `hardware` outlives the device.
  FakeDevice(Scheduler& scheduler, FakeHardware& hardware)
      : scheduler_(scheduler), hardware_(hardware) {}

  [[nodiscard]] std::string_view kind() const override { return "fake"; }
  [[nodiscard]] const std::string& hardware_address() const override { return hardware_.address; }
  [[nodiscard]] Duration Estimate(Step step, std::uint64_t image_bytes) const override {
    const std::uint64_t blocks = step == Step::kWrite ? image_bytes / hardware_.block_bytes + 1 : 1;
    return hardware_.takes * blocks;
  }

 private:
  Task<DeviceInfo> DoInspect(std::stop_token stop) override {
    co_await Enter("inspect", nullptr, std::move(stop));
    co_await Leave("inspect", nullptr);
    co_return hardware_.info;
  }
  Task<std::optional<std::string>> DoInUse() override {
    co_await Enter("in-use", nullptr, {});
    co_return hardware_.in_use;
  }
  [[nodiscard]] Result<LoadPlan> DoPlanLoad(const Image& /*image*/, const JobOptions& /*options*/,
                                            const DeviceInfo& before) const override {
    return hardware_.plan.value_or(LoadPlan::IntoIdleBank(before));
  }
  Task<void> DoPrepare(Job& job) override {
    hardware_.open = true;
    co_await Enter("prepare", &job, StopOf(job));
    hardware_.received.clear();
    Bank& target = hardware_.Target(job);
    target.valid = false;
    target.version.reset();
    co_await Leave("prepare", &job);
  }
  Task<std::uint64_t> DoWrite(Job& job, std::uint64_t offset) override {
    co_await Enter("write", &job, StopOf(job));
    const ByteView left = job.image().bytes().subspan(offset);
    const ByteView block = left.first(std::min<std::uint64_t>(hardware_.block_bytes, left.size()));
    Append(hardware_.received, block);
    co_await Leave("write", &job);
    co_return block.size();
  }
  Task<void> DoFinish(Job& job) override {
    co_await Enter("finish", &job, StopOf(job));
    hardware_.Target(job).valid = true;
    hardware_.Target(job).version = hardware_.image_version;
    if (!hardware_.info.capabilities.switches_banks)
      hardware_.info.version = hardware_.image_version;
    hardware_.open = false;
    co_await Leave("finish", &job);
  }
  Result<void> DoCancel(Job& job) override {
    hardware_.calls.emplace_back("cancel");
    REFLASH_TRY_VOID(CallHook(hardware_.before, "cancel", &job));
    return hardware_.cancel_answer;
  }
  Task<void> DoCleanup(Job& job, const Result<void>& /*outcome*/) override {
    co_await Enter("cleanup", &job, {});
    hardware_.open = false;
    co_await Leave("cleanup", &job);
  }
  Task<void> DoReadBack(Job& job) override {
    co_await Enter("read-back", &job, StopOf(job));
    co_await Leave("read-back", &job);
  }
  Task<void> DoRun(Job& job) override {
    co_await Enter("run", &job, {});
    hardware_.RunBank(hardware_.Target(job).name);
    co_await Leave("run", &job);
  }
  Task<void> DoCommit(Job& job) override {
    co_await Enter("commit", &job, {});
    hardware_.CommitRunning();
    co_await Leave("commit", &job);
  }
  Task<void> DoRollback(Job& job) override {
    co_await Enter("rollback", &job, {});
    hardware_.RunBank(hardware_.Idle().name);
    co_await Leave("rollback", &job);
  }
  Task<void> DoAbort(Job& job) override {
    co_await Enter("abort", &job, {});
    hardware_.open = false;
    co_await Leave("abort", &job);
  }

  [[nodiscard]] std::stop_token StopOf(const Job& job) const {
    return hardware_.honours_stop ? job.stop_token() : std::stop_token();
  }

  Task<void> Enter(std::string call, Job* job, std::stop_token stop) {
    hardware_.calls.push_back(call);
    if (!hardware_.reachable) co_await Fail(ErrorCode::kRwError, "the device does not answer");
    co_await CallHook(hardware_.before, call, job);
    co_await scheduler_.Sleep(hardware_.takes, std::move(stop));
  }
  Task<void> Leave(std::string call, Job* job) { co_await CallHook(hardware_.after, call, job); }
  static Result<void> CallHook(const std::map<std::string, FakeHardware::Hook>& hooks,
                               const std::string& call, Job* job) {
    const auto hook = hooks.find(call);
    return hook == hooks.end() ? Result<void>{} : hook->second(job);
  }

  Scheduler& scheduler_;
  FakeHardware& hardware_;
};

}  // namespace reflash
