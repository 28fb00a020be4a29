// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace reflash::emu {

/// Staged faults that wait for their time. `Fault` has the member `nth`: it strikes the nth time
/// that what it waits for happens, once, and is forgotten.
template <class Fault>
class FaultQueue {
 public:
  FaultQueue() = default;
  explicit FaultQueue(const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) Add(fault);
  }

  /// The fault's count begins now.
  void Add(const Fault& fault) { pending_.push_back({fault, fault.nth}); }

  /// Something happens that the faults wait for which `waits` is true of. Of those that are due,
  /// one strikes.
  template <class Predicate>
  std::optional<Fault> Happens(Predicate waits) {
    std::optional<Fault> struck;
    for (Pending& pending : pending_) {
      if (waits(std::as_const(pending.fault)) && --pending.remaining == 0) struck = pending.fault;
    }
    if (struck)
      std::erase_if(pending_, [](const Pending& pending) { return pending.remaining == 0; });
    return struck;
  }

 private:
  struct Pending {
    Fault fault;
    std::uint32_t remaining;
  };

  std::vector<Pending> pending_;
};

}  // namespace reflash::emu
