// SPDX-License-Identifier: Apache-2.0
#include "async/real_scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "async/deadline.h"
#include "async/task_group.h"
#include "base/unique_fd.h"

namespace reflash {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// A pipe, both ends blocking.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reading = UniqueFd(ends[0]);
    writing = UniqueFd(ends[1]);
  }

  void Write(std::string_view text) const {
    EXPECT_EQ(::write(writing.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  /// Writes until the pipe takes no more.
  void Fill() const {
    ::fcntl(writing.get(), F_SETFL, O_NONBLOCK);
    const std::string block(4096, 'x');
    while (::write(writing.get(), block.data(), block.size()) > 0) {
    }
    ::fcntl(writing.get(), F_SETFL, 0);
  }

  UniqueFd reading;
  UniqueFd writing;
};

bool IsBlocking(const UniqueFd& descriptor) {
  return (::fcntl(descriptor.get(), F_GETFL) & O_NONBLOCK) == 0;
}

int OpenDescriptors() {
  int count = 0;
  for (int descriptor = 0; descriptor < 256; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) >= 0) ++count;
  }
  return count;
}

Task<void> LogAfter(Scheduler& scheduler, Duration duration, int number, std::vector<int>& log) {
  co_await scheduler.Sleep(duration);
  log.push_back(number);
}

TEST(RealScheduler, FiresTimersInOrderAndNotBeforeTheirTime) {
  RealScheduler scheduler;
  TaskGroup group(scheduler);
  std::vector<int> log;
  const TimePoint begin = scheduler.Now();
  group.Spawn(LogAfter(scheduler, 4ms, 4, log));
  group.Spawn(LogAfter(scheduler, 1ms, 1, log));
  group.Spawn(LogAfter(scheduler, 2ms, 2, log));
  ASSERT_TRUE(scheduler.Run(group.Wait()));
  EXPECT_THAT(log, ElementsAre(1, 2, 4));
  EXPECT_GE(scheduler.Now() - begin, 4ms);
}

Task<void> ManySleeps(Scheduler& scheduler, int count, Duration each) {
  for (; count > 0; --count) co_await scheduler.Sleep(each);
}

TEST(RealScheduler, SleepsForLessThanAMillisecond) {
  RealScheduler scheduler;
  Duration shortest = 1s;
  for (int attempt = 0; attempt < 20 && shortest >= 8ms; ++attempt) {  // the machine may be busy
    const TimePoint begin = scheduler.Now();
    ASSERT_TRUE(scheduler.Run(ManySleeps(scheduler, 10, 100us)));
    shortest = std::min(shortest, scheduler.Now() - begin);
  }
  EXPECT_GE(shortest, 1ms);
  EXPECT_LT(shortest, 8ms) << "each sleep of 0.1 ms was rounded up to one of 1 ms";
}

TEST(RealScheduler, ShowsTheTimeOfDay) {
  const RealScheduler scheduler;
  EXPECT_THAT(scheduler.WallClockText(), testing::MatchesRegex("20..-..-..T..:..:..Z"));
}

Task<void> WriteLater(Scheduler& scheduler, const Pipe& pipe) {
  co_await scheduler.Sleep(1ms);
  pipe.Write("a");
}

TEST(RealScheduler, WaitsUntilAPipeCanBeRead) {
  RealScheduler scheduler;
  const Pipe pipe;
  scheduler.Spawn(WriteLater(scheduler, pipe));
  ASSERT_TRUE(scheduler.Run(scheduler.WaitReadable(pipe.reading.get())));
  char letter = 0;
  EXPECT_EQ(::read(pipe.reading.get(), &letter, 1), 1);
  EXPECT_EQ(letter, 'a');
}

TEST(RealScheduler, CanReadAPipeWhoseOtherEndIsClosed) {
  RealScheduler scheduler;
  Pipe pipe;
  pipe.writing.Close();
  EXPECT_TRUE(scheduler.Run(scheduler.WaitReadable(pipe.reading.get())));
}

Task<void> EmptyLater(Scheduler& scheduler, const Pipe& pipe) {
  co_await scheduler.Sleep(1ms);
  std::vector<char> read(1 << 20);
  EXPECT_GT(::read(pipe.reading.get(), read.data(), read.size()), 0);
}

TEST(RealScheduler, WaitsUntilAPipeCanBeWritten) {
  RealScheduler scheduler;
  const Pipe pipe;
  ASSERT_TRUE(scheduler.Run(scheduler.WaitWritable(pipe.writing.get())));
  pipe.Fill();
  scheduler.Spawn(EmptyLater(scheduler, pipe));
  ASSERT_TRUE(scheduler.Run(scheduler.WaitWritable(pipe.writing.get())));
  pipe.Write("a");
}

TEST(RealScheduler, LeavesTheDescriptorBlockingAsItWas) {
  RealScheduler scheduler;
  const Pipe pipe;
  pipe.Write("a");
  ASSERT_TRUE(scheduler.Run(scheduler.WaitReadable(pipe.reading.get())));
  ASSERT_TRUE(scheduler.Run(scheduler.WaitWritable(pipe.writing.get())));
  EXPECT_TRUE(IsBlocking(pipe.reading));
  EXPECT_TRUE(IsBlocking(pipe.writing));
}

TEST(RealScheduler, EndsAWaitThatIsStopped) {
  RealScheduler scheduler;
  const Pipe pipe;
  const Deadline deadline(scheduler, scheduler.Now() + 1ms, {});
  const Result<void> result =
      scheduler.Run(scheduler.WaitReadable(pipe.reading.get(), deadline.token()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kCanceled);
  EXPECT_TRUE(deadline.passed());
}

TEST(RealScheduler, DoesNotWaitWhenAStopWasRequestedBefore) {
  RealScheduler scheduler;
  const Pipe pipe;
  pipe.Write("a");
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(scheduler.Run(scheduler.WaitReadable(pipe.reading.get(), source.get_token())));
}

Task<void> StopRightAfter(const Pipe& pipe, std::stop_source source) {
  pipe.Write("a");
  source.request_stop();
  co_return;
}

TEST(RealScheduler, EndsAWaitOnceWhenTheDescriptorIsReadyAsTheStopComes) {
  RealScheduler scheduler;
  for (int count = 0; count < 20; ++count) {
    const Pipe pipe;
    std::stop_source source;
    scheduler.Spawn(StopRightAfter(pipe, source));
    static_cast<void>(
        scheduler.Run(scheduler.WaitReadable(pipe.reading.get(), source.get_token())));
  }
}

TEST(RealScheduler, RefusesWhatCannotBeWaitedForAndLeaksNoDescriptor) {
  RealScheduler scheduler;
  const UniqueFd file(::open("/proc/self/status", O_RDONLY | O_CLOEXEC));
  const int open_before = OpenDescriptors();
  const Result<void> closed = scheduler.Run(scheduler.WaitReadable(-1));
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code(), ErrorCode::kRwError);
  EXPECT_EQ(closed.error().Message(), "cannot wait for descriptor -1: Bad file descriptor");
  EXPECT_FALSE(scheduler.Run(scheduler.WaitReadable(file.get())));
  EXPECT_EQ(OpenDescriptors(), open_before);
}

// --- signals ---

Task<void> Raise(Scheduler& scheduler, std::vector<int> numbers) {
  for (const int number : numbers) {
    ::raise(number);
    co_await scheduler.Sleep(1ms);
  }
}

TEST(RealScheduler, HandsSignalsToTheHandler) {
  RealScheduler scheduler;
  std::vector<int> arrived;
  scheduler.OnSignals({SIGUSR1, SIGUSR2}, [&arrived](int number) { arrived.push_back(number); });
  ASSERT_TRUE(scheduler.Run(Raise(scheduler, {SIGUSR1, SIGUSR2, SIGUSR1})));
  EXPECT_THAT(arrived, ElementsAre(SIGUSR1, SIGUSR2, SIGUSR1));
}

TEST(RealScheduler, LetsAHandlerReplaceItself) {
  RealScheduler scheduler;
  std::vector<std::string> arrived;
  const std::string words = "a sentence that is too long to stand inside a std::string itself";
  scheduler.OnSignals({SIGUSR1}, [&scheduler, &arrived, words](int) {
    scheduler.OnSignals({SIGUSR1}, [&arrived](int) { arrived.emplace_back("the second"); });
    arrived.push_back(words);  // what the handler holds is still there
  });
  ASSERT_TRUE(scheduler.Run(Raise(scheduler, {SIGUSR1, SIGUSR1})));
  EXPECT_THAT(arrived, ElementsAre(words, "the second"));
}

/// Polls without ever waiting, as a driver does whose device is quicker than the clock.
Task<void> PollUntil(Scheduler& scheduler, const bool& arrived) {
  const TimePoint end = scheduler.Now() + 10s;
  while (!arrived && scheduler.Now() < end) co_await scheduler.Sleep(0s);
}

TEST(RealScheduler, SeesASignalWhileATaskIsAlwaysReady) {
  RealScheduler scheduler;
  bool arrived = false;
  scheduler.OnSignals({SIGUSR1}, [&arrived](int) { arrived = true; });
  ::raise(SIGUSR1);
  ASSERT_TRUE(scheduler.Run(PollUntil(scheduler, arrived)));
  EXPECT_TRUE(arrived);
}

TEST(RealScheduler, RestartsTheCallsThatASignalInterrupts) {
  RealScheduler scheduler;
  scheduler.OnSignals({SIGUSR1}, [](int) {});
  struct sigaction action{};
  ASSERT_EQ(::sigaction(SIGUSR1, nullptr, &action), 0);
  EXPECT_TRUE(action.sa_flags & SA_RESTART);
}

}  // namespace
}  // namespace reflash
