// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "async/scheduler.h"

namespace reflash::cmis {

/// How soon after a trigger the status byte of a module is that of the new command, as far as the
/// module has proved it. A first look proves it when it finds the command running, or done with
/// the completion flag set; the proof is about looks that come as late as that one, or later.
class Promptness {
 public:
  /// The first look at a command, `elapsed` after its trigger, found a status of its own.
  void Prove(Duration elapsed);
  /// A first look found a status that may be the one of the command before.
  void Doubt() { run_ = {}; }

  /// Whether a status that is seen `elapsed` after the trigger needs no other evidence.
  [[nodiscard]] bool Covers(Duration elapsed) const { return proved_ && elapsed >= *proved_; }

 private:
  /// Commands in a row that proved it.
  struct Run {
    unsigned length = 0;
    Duration latest{0};  ///< of their first looks
  };

  Run run_;
  std::optional<Duration> proved_;
};

}  // namespace reflash::cmis
