// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "async/scheduler.h"
#include "base/bytes.h"
#include "bus/platform_facility.h"
#include "emu/adapter/adapter_banks.h"
#include "emu/adapter/adapter_settings.h"
#include "emu/adapter/facility_code.h"
#include "emu/fault_queue.h"
#include "emu/violation_log.h"

namespace reflash::emu {

/// What a guest asked of an adapter's platform.
struct AdapterCounters {
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;         ///< handed over in lists, retries included
  std::uint64_t busy_replies = 0;  ///< BUSY and LONG BUSY
};

/// An emulated CAPI adapter and the facility of the platform that owns it: the sequence of calls
/// that hands over an image, the token of each, the flash. A state machine that is told the time of
/// each call. `clock` tells the time of controls and must outlive it. Nothing is shared between
/// adapters.
///
/// It punishes: each rule that a guest breaks stands in violations().
class EmulatedAdapter {
 public:
  EmulatedAdapter(AdapterSettings settings, const Scheduler& clock);
  EmulatedAdapter(const EmulatedAdapter&) = delete;
  EmulatedAdapter& operator=(const EmulatedAdapter&) = delete;
  ~EmulatedAdapter() = default;

  /// One call that is made at `now`.
  FacilityReply Call(FacilityOperation operation, std::uint64_t token,
                     std::span<const ByteView> list, TimePoint now);

  // What a hand, or a platform, does to it.
  void PowerCycle();
  void Reset() { PowerCycle(); }
  void Remove();
  void Insert();
  void AddFault(const AdapterFault& fault) { faults_.Add(fault); }
  /// So many of its units are in use from now on.
  void SetAfusOpen(std::uint16_t count) { settings_.afus_open = count; }

  [[nodiscard]] const AdapterBanks& banks() const { return banks_; }
  [[nodiscard]] const AdapterCounters& counters() const { return counters_; }
  [[nodiscard]] const std::vector<std::string>& violations() const {
    return violations_.sentences();
  }
  [[nodiscard]] const AdapterSettings& settings() const { return settings_; }

 private:
  using Code = FacilityCode;

  /// An image that is handed over, or compared.
  struct Sequence {
    FacilityOperation operation;
    std::size_t total = 0;   // header and image; 0 until the header was understood
    std::size_t offset = 0;  // what was handed over, header included
    std::uint64_t token = 0;
    TimePoint answered_at;
    bool garbled = false;
  };
  /// A call that goes on: its retries bring the same bytes.
  struct Pending {
    Bytes data;
    TimePoint ends_at;
    TimePoint not_before;  // what the last hint asked for
    unsigned busy_replies = 0;
  };

  FacilityReply Answer(Code code, std::uint64_t token = 0, Bytes data = {});
  FacilityReply HandleFault(const AdapterFault& fault);
  FacilityReply AnswerAsStaged(std::int64_t number);
  FacilityReply HandOver(FacilityOperation operation, std::uint64_t token, Bytes data,
                         bool garbled);
  FacilityReply Abort(Code code);
  bool GiveUpSequence();
  FacilityReply WaitLonger();
  FacilityReply FinishCall();
  [[nodiscard]] std::optional<Code> FindFlaw(FacilityOperation operation, std::uint64_t token,
                                             ByteView data);
  [[nodiscard]] bool UnderstandHeader(ByteView data);
  [[nodiscard]] Code Take(ByteView data);
  FacilityReply ReadVitalData(bool garbled);
  [[nodiscard]] std::string VitalData() const;
  FacilityReply BeginReset();
  void Boot();
  [[nodiscard]] bool booting() const { return now_ < booted_at_; }
  FacilityReply BusyFor(Duration remaining);
  std::uint64_t NextToken();
  [[nodiscard]] Duration LengthOf(std::size_t bytes) const;

  AdapterSettings settings_;
  const Scheduler& clock_;
  TimePoint now_;
  ViolationLog violations_;
  FaultQueue<AdapterFault> faults_;
  AdapterBanks banks_;
  AdapterCounters counters_;

  bool present_;
  bool stuck_ = false;
  bool failed_ = false;  // a sequence did; no other before a reset
  // Of the sequence that a restart ended, which its guest cannot know; 0: none.
  std::uint64_t lost_token_ = 0;
  TimePoint booted_at_ = TimePoint::min();
  std::optional<Sequence> sequence_;
  std::optional<Pending> pending_;
  std::uint64_t tokens_ = 0;
};

}  // namespace reflash::emu
