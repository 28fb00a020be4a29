// SPDX-License-Identifier: Apache-2.0
#include "flash/verification.h"

#include "flash/admission.h"

namespace reflash {

Task<void> Verification::Execute() {
  job_.BeginStep(Step::kReadBack);
  const Result<void> compared = co_await Outcome(device_.ReadBack(job_));
  if (!compared) job_.Fail(compared.error());
  // Some devices are reset by a comparison that fails, and may run another image then.
  const Result<DeviceInfo> now = co_await Outcome(device_.Inspect());
  if (now) {
    job_.snapshot_.state = now->DescribeBanks();
    job_.snapshot_.version = now->version ? now->version->ToString() : "";
  } else {
    job_.Fail(now.error());
  }
  if (compared && now) {
    job_.StandsIn(now->FindBank(job_.bank()));
    job_.SetRemaining(0);
    job_.End(JobOutcome::kVerified);
    co_return;
  }
  const bool canceled = !compared && compared.error().code() == ErrorCode::kCanceled &&
                        job_.stop_token().stop_requested();
  job_.End(canceled ? JobOutcome::kCanceled : JobOutcome::kFailed);
}

}  // namespace reflash
