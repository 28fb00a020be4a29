// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>

#include "async/real_scheduler.h"
#include "async/task.h"
#include "base/unique_fd.h"

namespace reflash {

/// A Unix socket that carries lines. Every Error but kCanceled is final.
class LabSocket {
 public:
  /// The longest line that is taken from the other side, without its line feed.
  static constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20U;

  /// Errors: kNotFound when nobody listens at `path`; kPermission; kBusy when too many wait to be
  /// accepted; kInvalidArgument when no socket can have such a long path.
  static Result<LabSocket> Connect(RealScheduler& scheduler, std::string path);

  /// Sends a line, which ends in a line feed. One at a time.
  /// Errors: kNotFound when the lab went away; kCanceled when `stop` was requested, perhaps in the
  /// middle of the line; kRwError.
  Task<void> Send(std::string_view line, std::stop_token stop);

  /// Waits for a line; gives it without the line feed. One at a time.
  /// Errors: kNotFound when the lab went away; kRwError for a line that is too long; kCanceled
  /// when `stop` was requested, and nothing is lost by it.
  Task<std::string> Receive(std::stop_token stop);

 private:
  LabSocket(RealScheduler& scheduler, std::string path, UniqueFd descriptor);

  /// Takes a piece of what has arrived; false when nothing has.
  Result<bool> TakeArrived();
  /// The Error for errno after a failed attempt to "send to" or "receive from" the lab.
  [[nodiscard]] Error Broken(std::string_view attempt) const;
  [[nodiscard]] Error WentAway() const;

  RealScheduler* scheduler_;
  std::string path_;
  UniqueFd descriptor_;
  std::string received_;      ///< not yet given as lines
  std::size_t searched_ = 0;  ///< so much of received_ holds no line feed
};

}  // namespace reflash
