// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "ledger/phase.h"

namespace reflash {

/// What the engine asks a device to do, in the order of an update. Each belongs to a phase.
enum class Step : std::uint8_t {
  kPrepare,
  kWrite,
  kFinish,
  kReadBack,
  kRun,
  kCommit,
  kRollback,
  kAbort,
};

/// The phase that a step is shown as.
Phase PhaseOf(Step step);

/// The name of a step, as the command line has it: "run".
std::string_view StepName(Step step);

/// What happens in a step, for people: "writing the image".
std::string_view StepWords(Step step);

/// Whether a step, once begun, has to end by itself: to leave a device halfway between two images
/// helps nobody. Of the other steps only the driver knows.
bool CannotBeStopped(Step step);

}  // namespace reflash
