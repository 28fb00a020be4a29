// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "ledger/holder.h"
#include "ledger/job_snapshot.h"
#include "ledger/journal_entry.h"

namespace reflash {

// The files of the ledger as JSON texts. Keys are those of the `--json` output where it has them.
// Text that is not UTF-8 and numbers that are not finite are replaced when they are written.
// Reading trusts nothing; its error is kRwError, with the first key that is wrong. Keys that are
// not known are passed over, since another version of reflash may have written them.

std::string EncodeSnapshot(const JobSnapshot& snapshot);
Result<JobSnapshot> DecodeSnapshot(std::string_view text);

std::string EncodeJournalEntry(const JournalEntry& entry);
Result<JournalEntry> DecodeJournalEntry(std::string_view text);

std::string EncodeHolder(const Holder& holder);
Result<Holder> DecodeHolder(std::string_view text);

}  // namespace reflash
