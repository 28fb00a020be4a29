// SPDX-License-Identifier: Apache-2.0
#include "async/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "async/real_scheduler.h"
#include "async/simulated_scheduler.h"
#include "async/task_group.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;

template <class Kind>
class WorkerTest : public testing::Test {
 protected:
  Kind scheduler_;
  std::unique_ptr<Worker> worker_ = scheduler_.StartWorker();
};

using Kinds = testing::Types<SimulatedScheduler, RealScheduler>;
TYPED_TEST_SUITE(WorkerTest, Kinds);

TYPED_TEST(WorkerTest, GivesWhatTheCallReturns) {
  EXPECT_EQ(this->scheduler_.Run(this->worker_->Run(this->scheduler_, [] { return 42; })), 42);
}

TYPED_TEST(WorkerTest, EndsWithTheErrorThatTheCallReturns) {
  const Result<int> result =
      this->scheduler_.Run(this->worker_->Run(this->scheduler_, []() -> Result<int> {
        return Fail(ErrorCode::kRwError, "no acknowledgement");
      }));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().Message(), "no acknowledgement");
}

TYPED_TEST(WorkerTest, TakesACallThatGivesNothingOrAnError) {
  EXPECT_TRUE(this->scheduler_.Run(
      this->worker_->Run(this->scheduler_, []() -> Result<void> { return {}; })));
  EXPECT_FALSE(this->scheduler_.Run(this->worker_->Run(
      this->scheduler_, []() -> Result<void> { return Fail(ErrorCode::kBusy, "busy"); })));
}

TYPED_TEST(WorkerTest, TakesACallThatCanOnlyBeMoved) {
  auto number = std::make_unique<int>(5);
  const auto result = this->scheduler_.Run(this->worker_->Run(
      this->scheduler_, [number = std::move(number)]() mutable { return std::move(number); }));
  ASSERT_TRUE(result);
  EXPECT_EQ(**result, 5);
}

Task<void> Append(Scheduler& scheduler, Worker& worker, std::vector<int>& log, int number) {
  co_await worker.Run(scheduler, [&log, number]() -> Result<void> {
    log.push_back(number);
    return {};
  });
}

TYPED_TEST(WorkerTest, RunsItsCallsOneAfterTheOtherInOrder) {
  std::vector<int> log;
  TaskGroup group(this->scheduler_);
  std::vector<int> expected;
  for (int number = 0; number < 200; ++number) {
    group.Spawn(Append(this->scheduler_, *this->worker_, log, number));
    expected.push_back(number);
  }
  ASSERT_TRUE(this->scheduler_.Run(group.Wait()));
  EXPECT_EQ(log, expected);
}

TYPED_TEST(WorkerTest, EndsTheProgramWhenACallThrows) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(static_cast<void>(this->scheduler_.Run(
                   this->worker_->Run(this->scheduler_, []() -> int { throw 1; }))),
               "");
}

TEST(Worker, OfTheSimulatedSchedulerRunsOnTheCallingThread) {
  SimulatedScheduler scheduler;
  const auto worker = scheduler.StartWorker();
  const auto thread = [] { return std::this_thread::get_id(); };
  EXPECT_EQ(scheduler.Run(worker->Run(scheduler, thread)), std::this_thread::get_id());
}

TEST(Worker, OfTheRealSchedulerRunsOnItsOwnThread) {
  RealScheduler scheduler;
  const auto worker = scheduler.StartWorker();
  const auto thread = [] { return std::this_thread::get_id(); };
  const std::thread::id first = *scheduler.Run(worker->Run(scheduler, thread));
  EXPECT_NE(first, std::this_thread::get_id());
  EXPECT_EQ(first, *scheduler.Run(worker->Run(scheduler, thread)));
}

Task<void> Release(Scheduler& scheduler, std::promise<void>& gate) {
  co_await scheduler.Sleep(0ms);
  gate.set_value();
}

Task<int> AwaitGate(Scheduler& scheduler, Worker& worker, std::future<void> gate) {
  co_return co_await worker.Run(scheduler, [gate = std::move(gate)] {
    gate.wait();
    return 3;
  });
}

TEST(Worker, LetsTheSchedulerRunOtherTasksDuringACallThatBlocks) {
  RealScheduler scheduler;
  const auto worker = scheduler.StartWorker();
  std::promise<void> gate;
  scheduler.Spawn(Release(scheduler, gate));
  // Only the Task that runs beside can open the gate which the call waits for.
  EXPECT_EQ(scheduler.Run(AwaitGate(scheduler, *worker, gate.get_future())), 3);
}

TEST(Worker, LeavesSignalsToTheThreadOfTheScheduler) {
  RealScheduler scheduler;
  const auto worker = scheduler.StartWorker();
  const auto blocked = [] {
    sigset_t mask{};
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    return std::vector<int>{::sigismember(&mask, SIGINT), ::sigismember(&mask, SIGTERM),
                            ::sigismember(&mask, SIGSEGV)};
  };
  EXPECT_THAT(*scheduler.Run(worker->Run(scheduler, blocked)), testing::ElementsAre(1, 1, 0));
}

TEST(Worker, MayEndRightAfterItsLastCall) {
  RealScheduler scheduler;
  for (int count = 0; count < 50; ++count) {
    const auto worker = scheduler.StartWorker();
    ASSERT_EQ(scheduler.Run(worker->Run(scheduler, [] { return 1; })), 1);
  }
}

}  // namespace
}  // namespace reflash
