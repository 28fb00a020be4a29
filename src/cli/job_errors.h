// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "cli/output.h"
#include "ledger/job_snapshot.h"

namespace reflash::cli {

/// Prints why jobs did not succeed: "reflash: swp1: writing: ...". Nothing with --json, where the
/// results have said it.
void PrintErrors(const Output& output, std::span<const JobSnapshot> jobs);

}  // namespace reflash::cli
