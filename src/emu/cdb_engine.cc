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
  const auto& [begins_at, ends_at, refusal, garbles_reply] = execution_;
  if (ends_at == kNever) return CdbStatus::kBusyExecuting;
  const Duration phase = (ends_at - begins_at) / 16;
  if (now < begins_at + phase) return CdbStatus::kBusyCaptured;
  if (now < begins_at + 2 * phase) return CdbStatus::kBusyChecking;
  return CdbStatus::kBusyExecuting;
}

}  // namespace reflash::emu
