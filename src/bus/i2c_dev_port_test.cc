// SPDX-License-Identifier: Apache-2.0
#include "bus/i2c_dev_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "async/real_scheduler.h"
#include "async/simulated_scheduler.h"
#include "async/task_group.h"
#include "bus/fake_kernel.h"

namespace reflash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::byte kOffset{0x80};

Task<I2cReply> ReadFour(I2cPort& port) {
  const std::array messages{I2cMessage{.write = {&kOffset, 1}}, I2cMessage{.read = 4}};
  co_return co_await port.Transfer(messages);
}

class I2cDevPortTest : public testing::Test {
 protected:
  I2cDevPortTest() { kernel_.AddAdapter(7, "pci0"); }

  Result<std::unique_ptr<I2cPort>> Open(const std::string& node = "/dev/i2c-7",
                                        const BusOptions& options = {}) {
    return I2cDevPort::Open(kernel_, buses_, node, options);
  }

  /// Reads while the adapter fails with `errno_value`.
  Result<I2cReply> ReadWith(int errno_value) {
    kernel_.rdwr_results.assign(1, std::unexpected(errno_value));
    const std::unique_ptr<I2cPort> port = Open().value();
    return scheduler_.Run(ReadFour(*port));
  }

  FakeKernel kernel_;
  SimulatedScheduler scheduler_;
  I2cDevBuses buses_{scheduler_};
};

TEST_F(I2cDevPortTest, SendsTheMessagesOfATransactionInOneCall) {
  const std::unique_ptr<I2cPort> port = Open().value();
  const Result<I2cReply> reply = scheduler_.Run(ReadFour(*port));
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->acknowledged());
  EXPECT_EQ(reply->read, MakeBytes({1, 2, 3, 4}));
  EXPECT_THAT(kernel_.transactions, ElementsAre("7: W80 R4"));
}

TEST_F(I2cDevPortTest, GathersWhatAllReadMessagesReceived) {
  const std::unique_ptr<I2cPort> port = Open().value();
  const std::array messages{I2cMessage{.read = 1}, I2cMessage{.write = {&kOffset, 1}},
                            I2cMessage{.read = 2}, I2cMessage{}};
  const Result<I2cReply> reply = scheduler_.Run(port->Transfer(messages));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->read, MakeBytes({1, 2, 3}));
  EXPECT_THAT(kernel_.transactions, ElementsAre("7: R1 W80 R2 W"));
}

TEST_F(I2cDevPortTest, ClosesItsNode) {
  Open().value().reset();
  EXPECT_TRUE(kernel_.open_descriptors.empty());
}

TEST_F(I2cDevPortTest, TakesEnxioAndEremoteioForAMissingAcknowledge) {
  for (const int errno_value : {ENXIO, EREMOTEIO}) {
    const Result<I2cReply> reply = ReadWith(errno_value);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->not_acknowledged_at, 0U);
    EXPECT_TRUE(reply->read.empty());
  }
}

TEST_F(I2cDevPortTest, TakesACountOfMessagesForTheOneThatWasNotAcknowledged) {
  kernel_.rdwr_results.emplace_back(1);
  const std::unique_ptr<I2cPort> port = Open().value();
  const Result<I2cReply> reply = scheduler_.Run(ReadFour(*port));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->not_acknowledged_at, 1U);
}

struct ExpectedError {
  int errno_value;
  ErrorCode code;
  std::string words;
};

TEST_F(I2cDevPortTest, TellsWhatAFailedTransactionMeans) {
  for (const auto& [errno_value, code, words] :
       {ExpectedError{ETIMEDOUT, ErrorCode::kTimeout, "did not finish"},
        ExpectedError{EBUSY, ErrorCode::kRwError, "does not become idle"},
        ExpectedError{ENODEV, ErrorCode::kNotFound, "the adapter went away"},
        ExpectedError{EIO, ErrorCode::kRwError, "I/O error"},
        ExpectedError{EOPNOTSUPP, ErrorCode::kNotSupported, "(4 bytes); set max_write"},
        ExpectedError{EINVAL, ErrorCode::kNotSupported, "(4 bytes); set max_write"},
        ExpectedError{EPROTO, ErrorCode::kRwError, "Protocol error"}}) {
    const Result<I2cReply> reply = ReadWith(errno_value);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), code);
    EXPECT_THAT(reply.error().Message(), AllOf(HasSubstr("/dev/i2c-7: "), HasSubstr(words)));
  }
}

TEST_F(I2cDevPortTest, TriesALostArbitrationAgain) {
  kernel_.rdwr_results.assign(3, std::unexpected(EAGAIN));
  const std::unique_ptr<I2cPort> port = Open().value();
  const Result<I2cReply> reply = scheduler_.Run(ReadFour(*port));
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->acknowledged());
  EXPECT_EQ(kernel_.transactions.size(), 4U);
}

TEST_F(I2cDevPortTest, GivesUpWhenTheArbitrationIsLostAFourthTime) {
  kernel_.rdwr_results.assign(10, std::unexpected(EAGAIN));
  const std::unique_ptr<I2cPort> port = Open().value();
  const Result<I2cReply> reply = scheduler_.Run(ReadFour(*port));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kRwError);
  EXPECT_EQ(kernel_.transactions.size(), 4U);
}

TEST_F(I2cDevPortTest, AllowsWhatI2cDevAllowsOrTheConfiguration) {
  const std::unique_ptr<I2cPort> port = Open().value();
  EXPECT_EQ(port->limits().max_write_bytes, 8192U);
  EXPECT_EQ(port->limits().max_read_bytes, 8192U);
  const std::unique_ptr<I2cPort> small = Open("/dev/i2c-7", {.max_write_bytes = 32}).value();
  EXPECT_EQ(small->limits().max_write_bytes, 32U);
  EXPECT_EQ(small->limits().max_read_bytes, 32U);
  for (const std::size_t impossible : {0U, 1U, 8193U}) {
    const auto opened = Open("/dev/i2c-7", {.max_write_bytes = impossible});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST_F(I2cDevPortTest, RefusesMessagesOverItsLimits) {
  const std::unique_ptr<I2cPort> port = Open("/dev/i2c-7", {.max_write_bytes = 3}).value();
  const Result<I2cReply> reply = scheduler_.Run(ReadFour(*port));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(kernel_.transactions.empty());
}

TEST_F(I2cDevPortTest, HasOneHardwareAddressForAllNodesOfAnAdapter) {
  kernel_.AddNode("/dev/rack/swp1", 7);
  EXPECT_EQ(Open("/dev/i2c-7").value()->hardware_address(), "i2c:89:7@50");
  EXPECT_EQ(Open("/dev/rack/swp1").value()->hardware_address(), "i2c:89:7@50");
}

TEST_F(I2cDevPortTest, RefusesAnAdapterThatCanOnlyDoSmbus) {
  kernel_.AddAdapter(8, "pci0", I2C_FUNC_SMBUS_BYTE_DATA);
  const auto opened = Open("/dev/i2c-8");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kNotSupported);
  EXPECT_THAT(opened.error().Message(), HasSubstr("/dev/i2c-8 can only do SMBus"));
  EXPECT_TRUE(kernel_.open_descriptors.empty());
}

TEST_F(I2cDevPortTest, RefusesAModuleThatAKernelDriverHas) {
  kernel_.BindDriver("7-0051", "at24");  // another target
  ASSERT_TRUE(Open());
  kernel_.BindDriver("7-0050", "optoe3");
  const auto opened = Open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kBusy);
  EXPECT_THAT(opened.error().Message(), HasSubstr("optoe3 is bound to address 50h of i2c-7"));
}

TEST_F(I2cDevPortTest, SeesADriverThatIsBoundLater) {
  const std::unique_ptr<I2cPort> port = Open().value();
  EXPECT_TRUE(port->CheckUnclaimed());
  kernel_.BindDriver("7-0050", "optoe3");
  const Result<void> claimed = port->CheckUnclaimed();
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().code(), ErrorCode::kBusy);
}

TEST_F(I2cDevPortTest, DoesNotOpenWhatItCannotLookAt) {
  kernel_.real_path_errors["/sys/bus/i2c/devices/7-0050/driver"] = EACCES;
  const auto opened = Open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::kPermission);
}

TEST_F(I2cDevPortTest, SaysWhyANodeCannotBeOpened) {
  kernel_.AddNode("/dev/ttyS0", 64, 4);
  kernel_.AddNode("/dev/i2c-9", 9);  // unknown to sysfs
  kernel_.AddAdapter(10, "pci0");
  kernel_.open_errors["/dev/i2c-10"] = EACCES;
  const std::array expected{std::pair{"/dev/i2c-8", ErrorCode::kNotFound},
                            std::pair{"/dev/ttyS0", ErrorCode::kInvalidArgument},
                            std::pair{"/dev/i2c-9", ErrorCode::kNotFound},
                            std::pair{"/dev/i2c-10", ErrorCode::kPermission}};
  for (const auto& [node, code] : expected) {
    const auto opened = Open(node);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), code) << node;
    EXPECT_THAT(opened.error().Message(), HasSubstr(node));
  }
}

TEST(I2cAdapter, TakesTheFirstAdapterOfItsPathForTheRoot) {
  FakeKernel kernel;
  kernel.AddAdapter(1, "pci0");
  kernel.AddAdapter(7, "pci0/i2c-1");
  kernel.AddAdapter(9, "platform/i2c-designware/i2c-1/i2c-7");
  for (const char* const node : {"/dev/i2c-1", "/dev/i2c-7", "/dev/i2c-9"}) {
    EXPECT_EQ(I2cAdapter::OfNode(kernel, node).value().root(), "i2c-1") << node;
  }
}

TEST(I2cDevBuses, MakeOneBusOfAllPortsBelowARoot) {
  SimulatedScheduler scheduler;
  I2cDevBuses buses(scheduler);
  EXPECT_EQ(&buses.OfRoot("i2c-1"), &buses.OfRoot("i2c-1"));
  EXPECT_NE(&buses.OfRoot("i2c-1"), &buses.OfRoot("i2c-2"));
}

Task<void> ReadTimes(I2cPort& port, int times) {
  for (int time = 0; time < times; ++time) co_await ReadFour(port);
}

Task<void> ReadSideBySide(Scheduler& scheduler, I2cPort& one, I2cPort& other, int times) {
  TaskGroup group(scheduler);
  group.Spawn(ReadTimes(one, times));
  group.Spawn(ReadTimes(other, times));
  co_await group.Wait();
}

TEST(I2cDevPortOnThreads, TransfersOnAllLegsOfAMultiplexerFromOneThread) {
  FakeKernel kernel;
  kernel.AddAdapter(7, "pci0/i2c-1");
  kernel.AddAdapter(8, "pci0/i2c-1");
  std::mutex mutex;
  std::set<std::thread::id> threads;
  kernel.on_rdwr = [&](unsigned) {
    const std::scoped_lock lock(mutex);
    threads.insert(std::this_thread::get_id());
  };
  RealScheduler scheduler;
  I2cDevBuses buses(scheduler);
  const auto one = I2cDevPort::Open(kernel, buses, "/dev/i2c-7", {}).value();
  const auto other = I2cDevPort::Open(kernel, buses, "/dev/i2c-8", {}).value();
  ASSERT_TRUE(scheduler.Run(ReadSideBySide(scheduler, *one, *other, 10)));
  EXPECT_EQ(kernel.transactions.size(), 20U);
  EXPECT_EQ(threads.size(), 1U);
  EXPECT_FALSE(threads.contains(std::this_thread::get_id()));
}

TEST(I2cDevPortOnThreads, TransfersOnTwoRootsAtOnce) {
  FakeKernel kernel;
  kernel.AddAdapter(1, "pci0");
  kernel.AddAdapter(2, "pci0");
  std::latch both(2);
  kernel.on_rdwr = [&both](unsigned) { both.arrive_and_wait(); };
  RealScheduler scheduler;
  I2cDevBuses buses(scheduler);
  const auto one = I2cDevPort::Open(kernel, buses, "/dev/i2c-1", {}).value();
  const auto other = I2cDevPort::Open(kernel, buses, "/dev/i2c-2", {}).value();
  EXPECT_TRUE(scheduler.Run(ReadSideBySide(scheduler, *one, *other, 1)));
}

}  // namespace
}  // namespace reflash
