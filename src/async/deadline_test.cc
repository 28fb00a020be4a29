// SPDX-License-Identifier: Apache-2.0
#include "async/deadline.h"

#include <gtest/gtest.h>

#include <memory>

#include "async/simulated_scheduler.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, StopsWhatWaitsForItsToken) {
  SimulatedScheduler scheduler;
  const Deadline deadline(scheduler, scheduler.Now() + 3s, {});
  EXPECT_FALSE(scheduler.Run(scheduler.Sleep(1h, deadline.token())));
  EXPECT_TRUE(deadline.passed());
  EXPECT_EQ(scheduler.Now().time_since_epoch(), 3s);
}

TEST(Deadline, HasNotPassedWhenItsParentWasStoppedFirst) {
  SimulatedScheduler scheduler;
  std::stop_source parent;
  const Deadline deadline(scheduler, scheduler.Now() + 3s, parent.get_token());
  parent.request_stop();
  EXPECT_TRUE(deadline.token().stop_requested());
  EXPECT_FALSE(deadline.passed());
  ASSERT_TRUE(scheduler.Run(scheduler.Sleep(5s)));
  EXPECT_FALSE(deadline.passed()) << "time ran out after the stop, which is not the reason";
}

TEST(Deadline, OfAParentThatIsStoppedAlreadyIsStoppedAtOnce) {
  SimulatedScheduler scheduler;
  std::stop_source parent;
  parent.request_stop();
  const Deadline deadline(scheduler, scheduler.Now() + 3s, parent.get_token());
  EXPECT_TRUE(deadline.token().stop_requested());
  EXPECT_FALSE(deadline.passed());
}

TEST(Deadline, ThatEndsInTimeLeavesNothingBehind) {
  SimulatedScheduler scheduler;
  std::stop_source parent;
  {
    const Deadline deadline(scheduler, scheduler.Now() + 3s, parent.get_token());
  }
  parent.request_stop();
  EXPECT_TRUE(scheduler.Run(scheduler.Sleep(5s)));
}

/// Stands in for an owner that lets go of a Deadline because of it.
TEST(Deadline, MayEndInsideTheCallbackThatItCauses) {
  SimulatedScheduler scheduler;
  auto deadline = std::make_unique<Deadline>(scheduler, scheduler.Now() + 3s, std::stop_token());
  const std::stop_token token = deadline->token();
  const std::stop_callback on_stop(token, [&deadline] { deadline.reset(); });
  ASSERT_TRUE(scheduler.Run(scheduler.Sleep(5s)));
  EXPECT_EQ(deadline, nullptr);
}

}  // namespace
}  // namespace reflash
