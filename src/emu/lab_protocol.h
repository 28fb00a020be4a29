// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "async/task.h"
#include "emu/lab.h"
#include "emu/lab_request.h"

namespace reflash::emu {

/// Answers the requests of the lab socket: one line in, one line out, whatever the line holds. It
/// does not know where lines come from. `lab` outlives it and its Tasks.
class LabProtocol {
 public:
  explicit LabProtocol(Lab& lab) : lab_(lab) {}

  /// The reply, with its line feed, once the transfer is over. A request that cannot be carried
  /// out is answered with `error`. Errors: none.
  Task<std::string> Answer(LabRequest request);

  [[nodiscard]] bool HasPort(std::string_view name) { return lab_.Find(name) != nullptr; }

 private:
  Lab& lab_;
};

}  // namespace reflash::emu
