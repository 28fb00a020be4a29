// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "async/scheduler.h"
#include "base/bytes.h"

namespace reflash::cmis {

/// What a module understands of the commands 0000h to 00FFh: the reply of 0040h (CMIS 5.0, 9.4.1).
struct ModuleFeatures {
  static constexpr std::size_t kReplyBytes = 36;

  std::vector<std::uint16_t> commands;  ///< that the module says it has, ascending
  Duration max_completion{0};           ///< of any command that tells none of its own

  /// Errors: kHwError for a reply that is too short.
  static Result<ModuleFeatures> Parse(ByteView reply);
};

}  // namespace reflash::cmis
