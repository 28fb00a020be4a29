// SPDX-License-Identifier: Apache-2.0
#include "update_one.h"

namespace reflash::bench {

Task<void> UpdateOne(Engine& engine, std::string name, Image image) {
  const std::shared_ptr<Job> job =
      co_await engine.Admit(name, ImageToLoad{std::move(image), std::nullopt}, {});
  co_await engine.Execute(job);
  const JobSnapshot& end = job->snapshot();
  if (end.outcome == JobOutcome::kUpdated) co_return;
  co_await Fail(ErrorCode::kHwError, "{} was not updated: {}", name,
                end.failure ? end.failure->message : std::string("no reason was given"));
}

}  // namespace reflash::bench
