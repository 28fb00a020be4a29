// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/scheduler.h"
#include "bus/pci_slot.h"
#include "bus/platform_facility.h"
#include "capi/adapter_file.h"
#include "capi/adapter_header.h"
#include "capi/return_code.h"

namespace reflash::capi {

/// A platform with one adapter, as small as tests of the driver allow; the strict one is in emu. It
/// keeps what was asked of it in `log`, one word each, and `violations` of the rules. For tests.
struct FakePlatform {
  explicit FakePlatform(Scheduler& time) : scheduler(time) {}

  Scheduler& scheduler;
  std::string address = "capi:fake";
  AdapterIdentity identity{0x1014, 0x0477, 0x1014, 0x04DA};
  Version running{1, 2, 0};
  Version factory{1, 0, 0};
  std::string image = "user";
  int afus_open = 0;
  Bytes flash;        ///< the user image
  bool whole = true;  ///< so that it boots
  Duration reset_takes = std::chrono::seconds(3);

  /// What the next calls of an operation are answered with, before it is done.
  std::map<FacilityOperation, std::deque<std::int64_t>> answers;
  /// Is asked before each call, with its number, from 1.
  std::function<void(FacilityOperation operation, int call)> before_call;
  /// Is asked when a reset has put another image into the adapter.
  std::function<void()> after_reset;

  std::vector<std::string> log;
  std::vector<std::string> violations;
  int resets = 0;

  std::optional<FacilityOperation> sequence;
  std::uint64_t token = 0;
  Bytes received;
  std::uint64_t last_token = 0;
  TimePoint not_before;
  std::optional<FacilityOperation> put_off;
  TimePoint back_at;
  int calls = 0;

  [[nodiscard]] bool IsOpen() const { return sequence.has_value(); }

  FacilityReply Answer(FacilityOperation operation, std::uint64_t with,
                       std::span<const ByteView> list) {
    if (before_call) before_call(operation, ++calls);
    if (put_off == operation && scheduler.Now() < not_before) violations.push_back("too early");
    put_off.reset();
    if (auto& scripted = answers[operation]; !scripted.empty()) {
      return Scripted(operation, std::exchange(scripted.front(), 0), with);
    }
    switch (operation) {
      case FacilityOperation::kVitalData:
        return Vital();
      case FacilityOperation::kReset:
        return Reset();
      default:
        return Take(operation, with, list);
    }
  }

 private:
  FacilityReply Scripted(FacilityOperation operation, std::int64_t code, std::uint64_t with) {
    answers[operation].pop_front();
    const ReturnCode& meaning = FindReturnCode(code, operation);
    if (meaning.next == ReturnCode::Next::kRepeat) {
      put_off = operation;
      not_before = scheduler.Now() + meaning.hint;
      if (operation == FacilityOperation::kReset || operation == FacilityOperation::kVitalData) {
        return {.code = code, .token = 0};
      }
      CheckToken(operation, with);
      return {.code = code, .token = token = ++last_token};
    }
    log.push_back(fmt::format("refuses {}", code));
    return {.code = code};
  }

  void CheckToken(FacilityOperation operation, std::uint64_t with) {
    if (sequence != operation) {
      if (sequence) violations.push_back("another sequence is open");
      if (with != 0) violations.push_back("a sequence begins with a token");
      sequence = operation;
      received.clear();
      return;
    }
    if (with != token) violations.push_back("a wrong token");
  }

  FacilityReply Take(FacilityOperation operation, std::uint64_t with,
                     std::span<const ByteView> list) {
    const bool downloads = operation == FacilityOperation::kDownload;
    if (afus_open > 0) return {.code = -75};
    CheckToken(operation, with);
    log.push_back(downloads ? "download" : "validate");
    for (const ByteView buffer : list) Append(received, buffer);
    if (downloads) whole = false;
    const auto total = LoadBigEndian<std::uint64_t>(ByteView(received).subspan(24));
    if (received.size() < total + kAdapterHeaderBytes) {
      return {.code = 18, .token = token = ++last_token};
    }
    sequence.reset();
    const ByteView header = ByteView(received).first(kAdapterHeaderBytes);
    if (!std::ranges::equal(header, MakeAdapterHeader(identity, total))) {
      violations.push_back("a wrong header");
    }
    const ByteView taken = ByteView(received).subspan(kAdapterHeaderBytes);
    if (!downloads) return {.code = std::ranges::equal(taken, flash) ? 0 : -70};
    flash.assign(taken.begin(), taken.end());
    whole = true;
    return {};
  }

  FacilityReply Reset() {
    log.push_back("reset");
    ++resets;
    if (afus_open > 0) violations.push_back("a reset while units are open");
    sequence.reset();
    token = 0;
    const auto file = AdapterFile::Parse(flash);
    image = whole ? "user" : "factory";
    running = !whole ? factory : file && *file ? (*file)->version : running;
    back_at = scheduler.Now() + reset_takes;
    if (after_reset) after_reset();
    return {};
  }

  [[nodiscard]] FacilityReply Vital() const {
    if (scheduler.Now() < back_at) return {.code = -1};
    const std::string text = fmt::format(
        "vendor={:04x}\ndevice={:04x}\nsubsystem_vendor={:04x}\nsubsystem={:04x}\nversion={}\n"
        "image={}\nafus_open={}\nsequence={}\npart=FAKE-1\nserial=S1\nuser_bytes=4194304\n",
        identity.vendor, identity.device, identity.subsystem_vendor, identity.subsystem,
        running.ToString(), image, afus_open,
        !sequence                                   ? "idle"
        : *sequence == FacilityOperation::kDownload ? "download"
                                                    : "validate");
    const ByteView bytes = AsBytes(text);
    return {.data = Bytes(bytes.begin(), bytes.end())};
  }
};

/// The way to a FakePlatform.
class FakeFacility : public PlatformFacility {
 public:
  explicit FakeFacility(FakePlatform& platform) : platform_(platform) {}
  [[nodiscard]] const std::string& hardware_address() const override { return platform_.address; }

 private:
  Task<FacilityReply> DoCall(FacilityOperation operation, std::uint64_t token,
                             std::span<const ByteView> list) override {
    co_await platform_.scheduler.Sleep(std::chrono::milliseconds(1));
    co_return platform_.Answer(operation, token, list);
  }

  FakePlatform& platform_;
};

/// The place of its adapter, which keeps in the same log what became of the units.
class FakeUnits : public PciSlot {
 public:
  explicit FakeUnits(FakePlatform& platform, Result<void> release = {})
      : platform_(platform), release_(std::move(release)) {}

  Task<void> Release() override {
    platform_.log.emplace_back("release");
    co_await release_;
  }
  Task<void> Rescan() override {
    platform_.log.emplace_back("rescan");
    co_return;
  }

 private:
  FakePlatform& platform_;
  Result<void> release_;
};

}  // namespace reflash::capi
