// SPDX-License-Identifier: Apache-2.0
#include "flash/verification.h"

#include "flash/admission.h"

namespace reflash {

Task<void> Verification::Execute() {
  job_.BeginStep(Step::kReadBack);
  const Result<void> compared = co_await Outcome(device_.ReadBack(job_));
  if (!compared) job_.Fail(compared.error());
  job_.snapshot_.state = job_.admission_->before.DescribeBanks();
  if (compared) {
    job_.StandsIn(job_.admission_->before.FindBank(job_.bank()));
    job_.SetRemaining(0);
    job_.End(JobOutcome::kVerified);
    co_return;
  }
  const bool canceled = compared.error().code() == ErrorCode::kCanceled;
  job_.End(canceled ? JobOutcome::kCanceled : JobOutcome::kFailed);
}

}  // namespace reflash
