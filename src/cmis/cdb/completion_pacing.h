// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "async/scheduler.h"

namespace reflash::cmis {

/// When to look whether a command is done, learned from how long this module took for the same
/// command before: not earlier than needed, since each look costs bus time that other modules want,
/// and not later, since that is time lost.
///
/// The first look is where the last command of its kind ended. Should it find the command done,
/// the next one looks a little earlier; else looks follow at a sixty-fourth of the time waited, so
/// that at most about 2 % of a command's time is wasted, or 0.15 ms.
class CompletionPacing {
 public:
  /// How long after the trigger of command `id` the first look is due.
  [[nodiscard]] Duration FirstLook(std::uint16_t id) const;
  /// How long to wait for the next look when `elapsed` after the trigger the command still ran.
  [[nodiscard]] static Duration NextLook(Duration elapsed);

  /// Learns from a command: it still ran at `still_running` after the trigger (zero when no look
  /// found it running) and was done at `done`.
  void Learn(std::uint16_t id, Duration still_running, Duration done);

 private:
  std::map<std::uint16_t, Duration> expected_;
};

}  // namespace reflash::cmis
