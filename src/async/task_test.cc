// SPDX-License-Identifier: Apache-2.0
#include "async/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "async/simulated_scheduler.h"

namespace reflash {
namespace {

Task<int> Seven() { co_return 7; }
Task<int> Broken() { co_return Fail(ErrorCode::kHwError, "broken"); }
Task<void> BrokenVoid() { co_await Fail(ErrorCode::kBusy, "busy {}", 5); }

/// Writes a letter into a log when it is destroyed.
class Mark {
 public:
  Mark(std::string& log, char letter) : log_(&log), letter_(letter) {}
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;
  ~Mark() { *log_ += letter_; }

 private:
  std::string* log_;
  char letter_;
};

Task<int> Add(std::string& log) {
  const Mark mark(log, 'a');
  const int first = co_await Seven();
  const int second = co_await Broken();
  log += '!';
  co_return first + second;
}

Task<int> AddAbove(std::string& log) {
  const Mark mark(log, 'b');
  co_return co_await Add(log);
}

Task<std::string> Look(std::string& log) {
  const Result<int> result = co_await Outcome(AddAbove(log));
  log += '.';
  co_return result ? "value" : result.error().Message();
}

TEST(Task, GivesItsValueToTheTaskThatAwaitsIt) {
  SimulatedScheduler scheduler;
  EXPECT_EQ(scheduler.Run(Seven()), 7);
}

TEST(Task, EndsTheAwaitingTasksWithItsErrorUpToTheOneThatLooks) {
  SimulatedScheduler scheduler;
  std::string log;
  EXPECT_EQ(scheduler.Run(Look(log)), "broken");
  EXPECT_EQ(log, "ab.");  // the locals of the ended Tasks are gone before anything else happens
}

TEST(Task, EndsWithAnErrorThatNobodyLooksAt) {
  SimulatedScheduler scheduler;
  const Result<void> result = scheduler.Run(BrokenVoid());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(result.error().Message(), "busy 5");
}

Result<int> Parse(bool good) {
  if (!good) return Fail(ErrorCode::kInvalidArgument, "bad");
  return 3;
}

Task<int> AwaitResults() {
  const int value = co_await Parse(true);
  co_await Parse(false);
  co_return value;
}

TEST(Task, TakesAResultLikeATask) {
  SimulatedScheduler scheduler;
  const Result<int> result = scheduler.Run(AwaitResults());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().sentence(), "bad");
}

Task<std::unique_ptr<int>> MoveOnly() { co_return std::make_unique<int>(4); }

TEST(Task, CarriesValuesThatCanOnlyBeMoved) {
  SimulatedScheduler scheduler;
  Result<std::unique_ptr<int>> result = scheduler.Run(MoveOnly());
  ASSERT_TRUE(result);
  EXPECT_EQ(**result, 4);
}

Task<void> Nested(int depth) {
  if (depth > 0) co_await Nested(depth - 1);
  co_await Fail(ErrorCode::kTimeout, "at the bottom");
}

TEST(Task, CarriesAnErrorThroughManyLevels) {
  SimulatedScheduler scheduler;
  const Result<void> result = scheduler.Run(Nested(10'000));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().sentence(), "at the bottom");
}

Task<void> NeverStarted(std::string& log) {
  log += 's';
  co_return;
}

TEST(Task, ThatIsNeverAwaitedNeverStarts) {
  std::string log;
  {
    const Task<void> task = NeverStarted(log);
  }
  EXPECT_EQ(log, "");
}

}  // namespace
}  // namespace reflash
