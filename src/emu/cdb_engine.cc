// SPDX-License-Identifier: Apache-2.0
#include "emu/cdb_engine.h"

namespace reflash::emu {

void CdbEngine::Begin(const CdbExecution& execution) {
  request_ = mailbox_.Request();
  mailbox_.ClearReply();
  execution_ = execution;
  executing_ = true;
}

void CdbEngine::End(CdbStatus status) {
  executing_ = false;
  last_ = status;
}

void CdbEngine::HideStatusUntil(TimePoint moment) {
  shown_instead_ = last_;
  hidden_until_ = moment;
}

CdbStatus CdbEngine::StatusAt(TimePoint now) const {
  if (now < hidden_until_) return shown_instead_;
  if (!executing_) return last_;
  const TimePoint begin = execution_.noticed_at;
  if (now < begin) return execution_.status_unnoticed.value_or(last_);
  if (execution_.never_ends) return CdbStatus::kBusyExecuting;
  const Duration phase = (execution_.ends_at - begin) / 16;
  if (now < begin + phase) return CdbStatus::kBusyCaptured;
  if (now < begin + 2 * phase) return CdbStatus::kBusyChecking;
  return CdbStatus::kBusyExecuting;
}

}  // namespace reflash::emu
