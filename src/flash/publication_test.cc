// SPDX-License-Identifier: Apache-2.0
#include "flash/publication.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <filesystem>

#include "flash/flash_world.h"

namespace reflash {
namespace {

using std::chrono::milliseconds;

class PublicationTest : public testing::Test {
 protected:
  PublicationTest()
      : publication_(world_.scheduler(), world_.ledger(), pace_,
                     world_.ledger().TryClaim("fake:1", "card0", "flash").value()) {
    snapshot_.device = "card0";
    snapshot_.hardware_address = "fake:1";
    snapshot_.phase = Phase::kWriting;
  }

  void PublishAfter(Duration pause, std::uint64_t done) {
    ASSERT_TRUE(world_.scheduler().Run(world_.scheduler().Sleep(pause)));
    snapshot_.done = done;
    publication_.Publish(snapshot_);
  }
  std::uint64_t Shown() { return world_.ledger().ReadSnapshot("fake:1").value()->done; }

  FlashWorld world_;
  std::shared_ptr<PublishingPace> pace_ = std::make_shared<PublishingPace>();
  Publication publication_;
  JobSnapshot snapshot_;
};

TEST_F(PublicationTest, ShowsProgressNotMoreOftenThanItsInterval) {
  PublishAfter({}, 1);
  EXPECT_EQ(Shown(), 1);
  PublishAfter(milliseconds(249), 2);
  EXPECT_EQ(Shown(), 1);
  PublishAfter(milliseconds(1), 3);
  EXPECT_EQ(Shown(), 3);
}

TEST_F(PublicationTest, ShowsManyJobsLessOften) {
  EXPECT_EQ(pace_->interval(), milliseconds(250));
  std::deque<Publication> others;
  for (int job = 2; job <= 1000; ++job) {
    const std::string address = fmt::format("fake:{}", job);
    others.emplace_back(world_.scheduler(), world_.ledger(), pace_,
                        world_.ledger().TryClaim(address, "card", "flash").value());
  }
  EXPECT_EQ(pace_->interval(), std::chrono::seconds(1));
  others.clear();
  EXPECT_EQ(pace_->interval(), milliseconds(250));
}

TEST_F(PublicationTest, ShowsAPhaseAndTheEndAtOnce) {
  PublishAfter({}, 1);
  snapshot_.phase = Phase::kProgramming;
  PublishAfter(milliseconds(1), 2);
  EXPECT_EQ(Shown(), 2);
  snapshot_.outcome = JobOutcome::kUpdated;
  PublishAfter(milliseconds(1), 3);
  EXPECT_EQ(Shown(), 3);
}

TEST_F(PublicationTest, DoesNotStopAnUpdateWhenItCannotBeWritten) {
  std::filesystem::remove_all(world_.directory() / "run");
  PublishAfter({}, 1);
}

}  // namespace
}  // namespace reflash
