// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "async/scheduler.h"

namespace reflash::emu {

/// The rules that a host broke, a sentence each, in the order in which it did. It keeps the first
/// thousand; what matters is that there are none.
class ViolationLog {
 public:
  explicit ViolationLog(TimePoint begin) : begin_(begin), now_(begin) {}

  /// Says when what is recorded next happens.
  void set_now(TimePoint now) { now_ = now; }

  template <class... Arguments>
  void Record(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (sentences_.size() >= kMost) return;
    sentences_.push_back(fmt::format("at {:.6f} s: ", ToSeconds(now_ - begin_)) +
                         fmt::format(format, std::forward<Arguments>(arguments)...));
  }

  [[nodiscard]] const std::vector<std::string>& sentences() const { return sentences_; }

 private:
  static constexpr std::size_t kMost = 1000;

  TimePoint begin_;
  TimePoint now_;
  std::vector<std::string> sentences_;
};

}  // namespace reflash::emu
