// SPDX-License-Identifier: Apache-2.0
#include "ledger/claim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "ledger/ledger_fixture.h"

namespace reflash {
namespace {

namespace fs = std::filesystem;

const std::string kHardware = "i2c-7#50";

/// A process of its own that says one byte when it did its work, and then waits to be killed.
class OtherProcess {
 public:
  explicit OtherProcess(const std::function<bool()>& work) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    const UniqueFd read_end(ends[0]);
    const UniqueFd write_end(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
      const char answer = work() ? 'y' : 'n';
      if (::write(write_end.get(), &answer, 1) == 1) ::pause();
      ::_exit(0);
    }
    char answer = 'n';
    succeeded_ = ::read(read_end.get(), &answer, 1) == 1 && answer == 'y';
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() { Kill(); }

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool succeeded() const { return succeeded_; }

  void Kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }

 private:
  pid_t pid_ = -1;
  bool succeeded_ = false;
};

class ClaimTest : public LedgerTest {
 protected:
  [[nodiscard]] fs::path LockFile() const { return temporary_ / "run/claims/i2c-7%2350.lock"; }

  /// A process that holds kHardware as "port7", and lives as long as the object.
  [[nodiscard]] std::unique_ptr<OtherProcess> HoldInAnotherProcess() const {
    return std::make_unique<OtherProcess>([this] {
      static std::optional<Result<Claim>> claim;
      claim = Open().TryClaim(kHardware, "port7", "reflash flash");
      return claim->has_value();
    });
  }
};

TEST_F(ClaimTest, IsRefusedWhileAnotherProcessHoldsItAndSaysWhich) {
  const auto other = HoldInAnotherProcess();
  ASSERT_TRUE(other->succeeded());
  const Result<Claim> claim = ledger_.TryClaim(kHardware, "swp1", "reflash run");
  ASSERT_FALSE(claim);
  EXPECT_EQ(claim.error().code(), ErrorCode::kBusy);
  EXPECT_EQ(claim.error().Message(),
            fmt::format("swp1 is held by process {} (reflash flash, as 'port7')", other->pid()));
  EXPECT_EQ(ledger_.FindHolder(kHardware), (Holder{other->pid(), "port7", "reflash flash"}));
}

TEST_F(ClaimTest, IsFreeOnceItsHolderWasKilled) {
  const auto other = HoldInAnotherProcess();
  ASSERT_TRUE(other->succeeded());
  ASSERT_FALSE(ledger_.TryClaim(kHardware, "swp1", "reflash flash"));
  other->Kill();
  EXPECT_EQ(ledger_.FindHolder(kHardware), std::nullopt);
  EXPECT_TRUE(ledger_.TryClaim(kHardware, "swp1", "reflash flash"));
}

TEST_F(ClaimTest, OfTwoProcessesOneGetsIt) {
  const Claim ours = ledger_.TryClaim(kHardware, "swp1", "reflash flash").value();
  const auto other = HoldInAnotherProcess();
  EXPECT_FALSE(other->succeeded());
}

TEST_F(ClaimTest, IsRefusedASecondTimeInTheSameProcess) {
  const Claim claim = ledger_.TryClaim(kHardware, "swp1", "reflash flash").value();
  const Ledger again = Open();
  for (const Ledger* const ledger : {&std::as_const(ledger_), &again}) {
    const Result<Claim> second = ledger->TryClaim(kHardware, "swp1", "reflash run");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().Message(),
              fmt::format("swp1 is held by process {} (reflash flash)", ::getpid()));
  }
}

TEST_F(ClaimTest, OfOtherHardwareIsNotInTheWay) {
  const Claim one = ledger_.TryClaim("one", "swp1", "reflash flash").value();
  EXPECT_TRUE(ledger_.TryClaim("two", "swp2", "reflash flash"));
  EXPECT_EQ(ledger_.FindHolder("two"), std::nullopt);
}

TEST_F(ClaimTest, EndsWithItsObject) {
  {
    const Claim claim = ledger_.TryClaim(kHardware, "swp1", "reflash flash").value();
    EXPECT_EQ(ledger_.FindHolder(kHardware)->pid, ::getpid());
  }
  EXPECT_EQ(ledger_.FindHolder(kHardware), std::nullopt);
  EXPECT_TRUE(ledger_.TryClaim(kHardware, "swp1", "reflash flash"));
}

TEST_F(ClaimTest, MovesAndEndsTheOneItReplaces) {
  Claim claim = ledger_.TryClaim("one", "swp1", "reflash flash").value();
  claim = ledger_.TryClaim("two", "swp2", "reflash flash").value();
  EXPECT_EQ(claim.hardware_address(), "two");
  EXPECT_EQ(ledger_.FindHolder("one"), std::nullopt);
  const Claim moved = std::move(claim);
  EXPECT_TRUE(ledger_.FindHolder("two"));
}

TEST_F(ClaimTest, KeepsItsLockFileSoThatNobodyLocksAFileWithoutAName) {
  {
    const Claim claim = ledger_.TryClaim(kHardware, "swp1", "reflash flash").value();
  }
  ASSERT_TRUE(fs::exists(LockFile()));
  EXPECT_EQ(fs::file_size(LockFile()), 0U) << "the next holder would be taken for this one";
}

TEST_F(ClaimTest, LockFileIsForItsOwnerAlone) {
  const Claim claim = ledger_.TryClaim(kHardware, "swp1", "reflash flash").value();
  EXPECT_EQ(fs::status(LockFile()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(ClaimTest, DoesNotSurviveExec) {
  const Claim claim = ledger_.TryClaim(kHardware, "swp1", "reflash flash").value();
  // A lock file that is still open in the new program would be listed.
  EXPECT_NE(std::system("ls -l /proc/self/fd | grep -q 'i2c-7%2350.lock'"), 0);
}

TEST_F(ClaimTest, ALookAtTheHolderTakesNoLock) {
  {
    const Claim claim = ledger_.TryClaim(kHardware, "swp1", "reflash flash").value();
  }
  const OtherProcess looker([this] {
    const Ledger ledger = Open();
    return !ledger.FindHolder(kHardware) && !ledger.FindHolder("never claimed");
  });
  EXPECT_TRUE(looker.succeeded());
  EXPECT_TRUE(ledger_.TryClaim(kHardware, "swp1", "reflash flash"));
  EXPECT_FALSE(fs::exists(temporary_ / "run/claims/never%20claimed.lock"));
}

TEST_F(ClaimTest, HolderWhoseTextIsForeignIsNotKnownButHolds) {
  const Claim claim = ledger_.TryClaim(kHardware, "swp1", "reflash flash").value();
  for (const std::string& text : {std::string(), std::string("garbage"), std::string(70'000, 'x'),
                                  std::string(R"({"pid":"me","device":"","purpose":""})")}) {
    static_cast<void>(temporary_.Write("run/claims/i2c-7%2350.lock", text));
    EXPECT_EQ(ledger_.FindHolder(kHardware), Holder{});
    EXPECT_EQ(ledger_.TryClaim(kHardware, "swp1", "x").error().Message(),
              "swp1 is held by another process");
  }
}

TEST_F(ClaimTest, DoesNotWriteThroughASymbolicLink) {
  const fs::path precious = temporary_.Write("precious", "do not touch");
  fs::create_symlink(precious, LockFile());
  const Result<Claim> claim = ledger_.TryClaim(kHardware, "swp1", "reflash flash");
  ASSERT_FALSE(claim);
  EXPECT_NE(claim.error().Message().find(LockFile().string()), std::string::npos);
  EXPECT_EQ(temporary_.Read("precious"), "do not touch");
  EXPECT_EQ(ledger_.FindHolder(kHardware), Holder{}) << "what cannot be told counts as held";
}

TEST_F(ClaimTest, DoesNotWaitForAFifoInPlaceOfItsLockFile) {
  ASSERT_EQ(::mkfifo(LockFile().c_str(), 0600), 0);
  EXPECT_FALSE(ledger_.TryClaim(kHardware, "swp1", "reflash flash"));
  EXPECT_EQ(ledger_.FindHolder(kHardware), Holder{});
}

TEST_F(ClaimTest, NeedsAnAddress) {
  EXPECT_EQ(ledger_.TryClaim("", "swp1", "reflash flash").error().code(),
            ErrorCode::kInvalidArgument);
}

TEST(Holder, IsDescribedForOneWhoMayKnowTheDeviceByAnotherName) {
  const Holder holder{4711, "port7", "reflash flash"};
  EXPECT_EQ(holder.Describe("swp1"), "held by process 4711 (reflash flash, as 'port7')");
  EXPECT_EQ(holder.Describe("port7"), "held by process 4711 (reflash flash)");
  EXPECT_EQ((Holder{4711, "port7", ""}).Describe("swp1"), "held by process 4711 (as 'port7')");
  EXPECT_EQ((Holder{4711, "", ""}).Describe("swp1"), "held by process 4711");
  EXPECT_EQ(Holder{}.Describe("swp1"), "held by another process");
}

}  // namespace
}  // namespace reflash
