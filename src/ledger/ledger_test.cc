// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.h"

#include <sys/stat.h>
#include <unistd.h>

#include "ledger/ledger_fixture.h"
#include "ledger/ledger_json.h"

namespace reflash {
namespace {

namespace fs = std::filesystem;

// Opening

TEST_F(LedgerTest, CreatesItsDirectories) {
  EXPECT_TRUE(fs::is_directory(temporary_ / "run/claims"));
  EXPECT_TRUE(fs::is_directory(temporary_ / "run/jobs"));
  EXPECT_TRUE(fs::is_directory(temporary_ / "state/journal"));
}

TEST_F(LedgerTest, RefusesADirectoryThatEverybodyMayWriteTo) {
  for (const char* const name : {"run", "run/claims", "run/jobs", "state", "state/journal"}) {
    fs::permissions(temporary_ / name, fs::perms::all);
    const auto ledger =
        Ledger::Open({.runtime = temporary_ / "run", .state = temporary_ / "state"});
    ASSERT_FALSE(ledger) << name;
    EXPECT_EQ(ledger.error().code(), ErrorCode::kPermission);
    EXPECT_NE(ledger.error().Message().find((temporary_ / name).string() + " has mode 0777"),
              std::string::npos);
    fs::permissions(temporary_ / name, fs::perms(0755));
  }
}

TEST_F(LedgerTest, InTmpMustBeOursAlone) {
  const LedgerDirectories directories{.runtime = temporary_ / "tmp",
                                      .state = temporary_ / "state",
                                      .runtime_must_be_private = true};
  ASSERT_TRUE(Ledger::Open(directories));
  EXPECT_EQ(fs::status(directories.runtime).permissions(), fs::perms::owner_all);

  fs::permissions(directories.runtime, fs::perms(0755));
  EXPECT_EQ(Ledger::Open(directories).error().code(), ErrorCode::kPermission);

  fs::remove_all(directories.runtime);
  fs::create_symlink(temporary_ / "run", directories.runtime);
  EXPECT_FALSE(Ledger::Open(directories));
}

TEST_F(LedgerTest, NamesTheDirectoryThatIsNone) {
  const fs::path file = temporary_.Write("file", "");
  const auto ledger = Ledger::Open({.runtime = file, .state = temporary_ / "state"});
  ASSERT_FALSE(ledger);
  EXPECT_NE(ledger.error().Message().find(file.string()), std::string::npos);
}

// Snapshots

TEST_F(LedgerTest, ShowsTheLastSnapshotToEverybodyAlsoWhenTheClaimHasEnded) {
  JobSnapshot snapshot = Snapshot("swp1", "i2c-7#50");
  {
    const Claim claim = ledger_.TryClaim("i2c-7#50", "swp1", "reflash flash").value();
    ASSERT_TRUE(ledger_.Publish(claim, snapshot));
    snapshot.percent = 70;
    ASSERT_TRUE(ledger_.Publish(claim, snapshot));
    EXPECT_EQ(Open().ReadSnapshot("i2c-7#50").value(), snapshot);
  }
  EXPECT_EQ(Open().ReadSnapshot("i2c-7#50").value(), snapshot);
  EXPECT_EQ(Open().ReadSnapshot("i2c-8#50").value(), std::nullopt);
}

TEST_F(LedgerTest, PublishesOnlyUnderTheClaimOfTheSameHardware) {
  const Claim claim = ledger_.TryClaim("one", "swp1", "reflash flash").value();
  const Result<void> published = ledger_.Publish(claim, Snapshot("swp2", "two"));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(ledger_.ReadSnapshot("two").value(), std::nullopt);
}

TEST_F(LedgerTest, TellsRunningJobsFromEndedOnesAndFromThoseThatDied) {
  const Claim running = ledger_.TryClaim("a", "swp1", "reflash flash").value();
  ASSERT_TRUE(ledger_.Publish(running, Snapshot("swp1", "a")));
  {
    const Claim ended = ledger_.TryClaim("b", "swp2", "reflash flash").value();
    JobSnapshot snapshot = Snapshot("swp2", "b");
    snapshot.outcome = JobOutcome::kUpdated;
    ASSERT_TRUE(ledger_.Publish(ended, snapshot));
    const Claim died = ledger_.TryClaim("c", "swp3", "reflash flash").value();
    ASSERT_TRUE(ledger_.Publish(died, Snapshot("swp3", "c")));
  }
  const std::vector<PublishedJob> jobs = Open().ListSnapshots().value();
  ASSERT_EQ(jobs.size(), 3U);
  EXPECT_EQ(jobs[0].snapshot.device, "swp1");
  EXPECT_EQ(jobs[0].holder, (Holder{::getpid(), "swp1", "reflash flash"}));
  EXPECT_FALSE(jobs[0].Died());
  EXPECT_EQ(jobs[1].snapshot.outcome, JobOutcome::kUpdated);
  EXPECT_FALSE(jobs[1].Died());
  EXPECT_EQ(jobs[2].holder, std::nullopt);
  EXPECT_TRUE(jobs[2].Died());
}

TEST_F(LedgerTest, ADamagedSnapshotIsAnErrorAloneAndLeftOutOfTheList) {
  const Claim claim = ledger_.TryClaim("good", "swp1", "reflash flash").value();
  ASSERT_TRUE(ledger_.Publish(claim, Snapshot("swp1", "good")));
  static_cast<void>(temporary_.Write("run/jobs/damaged.json", "{\"device\":"));
  static_cast<void>(temporary_.Write("run/jobs/huge.json", std::string(70'000, ' ')));
  static_cast<void>(
      temporary_.Write("run/jobs/swapped.json", EncodeSnapshot(Snapshot("swp1", "good"))));
  static_cast<void>(temporary_.Write("run/jobs/notes.txt", "of somebody else"));
  fs::create_symlink("good.json", temporary_ / "run/jobs/link.json");
  ASSERT_EQ(::mkfifo((temporary_ / "run/jobs/fifo.json").c_str(), 0600), 0);

  for (const std::string name : {"damaged", "huge", "swapped", "link", "fifo"}) {
    ExpectDamaged(ledger_.ReadSnapshot(name), temporary_ / ("run/jobs/" + name + ".json"));
  }
  const std::vector<PublishedJob> jobs = ledger_.ListSnapshots().value();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].snapshot.hardware_address, "good");
}

TEST_F(LedgerTest, TheNextJobReplacesADamagedSnapshot) {
  static_cast<void>(temporary_.Write("run/jobs/a.json", "damaged"));
  const Claim claim = ledger_.TryClaim("a", "swp1", "reflash flash").value();
  ASSERT_TRUE(ledger_.Publish(claim, Snapshot("swp1", "a")));
  EXPECT_EQ(ledger_.ReadSnapshot("a").value(), Snapshot("swp1", "a"));
}

// The journal

JournalEntry Entry(std::string hardware_address) {
  return {.hardware_address = std::move(hardware_address),
          .device = "swp1",
          .image_name = "fw.bin",
          .image_sha256 = std::string(64, 'a'),
          .pid = ::getpid(),
          .begun_at = "2025-11-21T07:30:00Z",
          .phase = Phase::kWriting,
          .words = "bank B is being written"};
}

TEST_F(LedgerTest, TheJournalOutlivesWhoWroteIt) {
  {
    const Ledger first = Open();
    ASSERT_TRUE(first.Begin(Entry("i2c-7#50")));
  }
  EXPECT_EQ(Open().Find("i2c-7#50").value(), Entry("i2c-7#50"));
  EXPECT_EQ(Open().Find("i2c-8#50").value(), std::nullopt);
}

TEST_F(LedgerTest, TheJournalKeepsTheLastEntryOfEachHardware) {
  JournalEntry later = Entry("a");
  later.phase = Phase::kProgramming;
  ASSERT_TRUE(ledger_.Begin(Entry("a")));
  ASSERT_TRUE(ledger_.Begin(Entry("b")));
  ASSERT_TRUE(ledger_.Begin(later));
  EXPECT_EQ(ledger_.All().value(), (std::vector<JournalEntry>{later, Entry("b")}));
}

TEST_F(LedgerTest, TheJournalForgetsWhatWasCleared) {
  ASSERT_TRUE(ledger_.Begin(Entry("a")));
  ASSERT_TRUE(ledger_.Clear("a"));
  EXPECT_EQ(ledger_.Find("a").value(), std::nullopt);
  EXPECT_TRUE(ledger_.All().value().empty());
  EXPECT_TRUE(ledger_.Clear("a")) << "a missing entry is fine";
}

TEST_F(LedgerTest, ADamagedJournalEntryIsNeverOverlooked) {
  ASSERT_TRUE(ledger_.Begin(Entry("a")));
  const fs::path path = temporary_.Write("state/journal/b.json", "");
  ExpectDamaged(ledger_.Find("b"), path);
  ExpectDamaged(ledger_.All(), path);
  EXPECT_EQ(ledger_.Find("a").value(), Entry("a"));
  ASSERT_TRUE(ledger_.Clear("b"));
  EXPECT_EQ(ledger_.All().value(), std::vector<JournalEntry>{Entry("a")});
}

TEST_F(LedgerTest, FilesAreReadableForOthersAndWritableForTheirOwner) {
  const mode_t umask_before = ::umask(022);
  const Claim claim = ledger_.TryClaim("a", "swp1", "reflash flash").value();
  ASSERT_TRUE(ledger_.Publish(claim, Snapshot("swp1", "a")));
  ASSERT_TRUE(ledger_.Begin(Entry("a")));
  ::umask(umask_before);
  for (const char* const name : {"run/jobs/a.json", "state/journal/a.json"}) {
    EXPECT_EQ(fs::status(temporary_ / name).permissions(), fs::perms(0644)) << name;
  }
}

}  // namespace
}  // namespace reflash
