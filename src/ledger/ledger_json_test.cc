// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger_json.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

namespace reflash {
namespace {

JobSnapshot FullSnapshot() {
  return {
      .device = "swp1",
      .hardware_address = "i2c:/sys/devices/pci0000:00/i2c-7#50",
      .phase = Phase::kWriting,
      .words = "second \"pass\" \u00fc",
      .done = std::numeric_limits<std::uint64_t>::max(),
      .total = 3,
      .percent = 42,
      .eta_seconds = 41.2,
      .image_bytes = 524288,
      .remaining_bytes = 1024,
      .outcome = JobOutcome::kRolledBack,
      .failure = JobFailure{ErrorCode::kWearout, Phase::kPreparing, 17, "it is worn out"},
      .from_version = "1.2.0",
      .version = "1.3.0",
      .bank = "B",
      .committed = true,
      .seconds = 13.1,
      .state = "bank A runs 1.2.0",
  };
}

JournalEntry FullEntry() {
  return {
      .hardware_address = "i2c-7#50",
      .device = "swp1",
      .image_name = "fw.bin",
      .image_sha256 = std::string(64, 'a'),
      .pid = 4711,
      .begun_at = "2025-11-21T07:30:00Z",
      .phase = Phase::kProgramming,
      .words = "switching to bank B",
  };
}

/// `text` with its first `from` replaced by `to`.
std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) ADD_FAILURE() << from << " is not in " << text;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(JobOutcome, HasTheWordsOfTheInterface) {
  using OutcomeRow = std::pair<JobOutcome, std::string_view>;
  constexpr std::array kRows{
      OutcomeRow{JobOutcome::kUpdated, "updated"},
      OutcomeRow{JobOutcome::kUpToDate, "up-to-date"},
      OutcomeRow{JobOutcome::kDownloaded, "downloaded"},
      OutcomeRow{JobOutcome::kFailed, "failed"},
      OutcomeRow{JobOutcome::kRefused, "refused"},
      OutcomeRow{JobOutcome::kCanceled, "canceled"},
      OutcomeRow{JobOutcome::kRolledBack, "rolled-back"},
  };
  for (const auto& [outcome, word] : kRows) {
    EXPECT_EQ(JobOutcomeWord(outcome), word);
    EXPECT_EQ(JobOutcomeFromWord(word), outcome);
  }
  EXPECT_EQ(JobOutcomeFromWord("exploded"), std::nullopt);
  EXPECT_EQ(JobOutcomeFromWord(""), std::nullopt);
}

TEST(Phase, HasTheWordsOfTheDesign) {
  using PhaseRow = std::pair<Phase, std::string_view>;
  constexpr std::array kRows{
      PhaseRow{Phase::kIdle, "idle"},
      PhaseRow{Phase::kStarting, "starting"},
      PhaseRow{Phase::kPreparing, "preparing"},
      PhaseRow{Phase::kWriting, "writing"},
      PhaseRow{Phase::kProgramming, "programming"},
  };
  for (const auto& [phase, word] : kRows) {
    EXPECT_EQ(PhaseWord(phase), word);
    EXPECT_EQ(PhaseFromWord(word), phase);
  }
  EXPECT_EQ(PhaseFromWord("transferring"), std::nullopt);
}

TEST(SnapshotJson, KeepsEveryField) {
  EXPECT_EQ(DecodeSnapshot(EncodeSnapshot(FullSnapshot())).value(), FullSnapshot());
}

TEST(SnapshotJson, KeepsWhatIsAbsentAbsent) {
  EXPECT_EQ(DecodeSnapshot(EncodeSnapshot(JobSnapshot{})).value(), JobSnapshot{});
}

TEST(SnapshotJson, UsesTheWordsOfTheInterface) {
  const std::string text = EncodeSnapshot(FullSnapshot());
  for (const std::string_view part :
       {R"("phase":"writing")", R"("outcome":"rolled-back")", R"("error":"wearout")",
        R"("eta_s":41.2)", R"("from_version":"1.2.0")", R"("remaining":1024)"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

TEST(SnapshotJson, SurvivesTextThatIsNotUtf8AndNumbersThatAreNotFinite) {
  JobSnapshot snapshot;
  snapshot.words = "the module said \xff";
  snapshot.seconds = std::numeric_limits<double>::quiet_NaN();
  snapshot.eta_seconds = std::numeric_limits<double>::infinity();
  const JobSnapshot read = DecodeSnapshot(EncodeSnapshot(snapshot)).value();
  EXPECT_EQ(read.words, "the module said \uFFFD");
  EXPECT_EQ(read.seconds, 0);
  EXPECT_EQ(read.eta_seconds, 0);
}

TEST(SnapshotJson, PassesOverKeysOfALaterVersion) {
  const std::string deep = std::string(30'000, '[') + std::string(30'000, ']');
  for (const std::string& value : {std::string("\"good\""), deep}) {
    const std::string text =
        Replaced(EncodeSnapshot(FullSnapshot()), "{", "{\"mood\":" + value + ",");
    EXPECT_EQ(DecodeSnapshot(text).value(), FullSnapshot());
  }
}

TEST(SnapshotJson, NamesTheKeyThatIsWrong) {
  struct Row {
    std::string_view from;
    std::string_view to;
    std::string_view words;
  };
  constexpr std::array kRows{
      Row{R"("device":"swp1")", R"("device":1)", "'device'"},
      Row{R"("device":"swp1")", R"("dev":"swp1")", "'device'"},
      Row{R"("phase":"writing")", R"("phase":"dreaming")", "'phase'"},
      Row{R"("phase":"writing")", R"("phase":null)", "'phase'"},
      Row{R"("total":3)", R"("total":-3)", "'total'"},
      Row{R"("total":3)", R"("total":3.5)", "'total'"},
      Row{R"("total":3)", R"("total":"3")", "'total'"},
      Row{R"("percent":42)", R"("percent":4294967338)", "'percent'"},
      Row{R"("percent":42)", R"("percent":101)", "101 percent"},
      Row{R"("percent":42)", R"("percent":-1)", "-1 percent"},
      Row{R"("eta_s":41.2)", R"("eta_s":"soon")", "'eta_s'"},
      Row{R"("outcome":"rolled-back")", R"("outcome":"good")", "'outcome'"},
      Row{R"("committed":true)", R"("committed":1)", "'committed'"},
      Row{R"("error":"wearout")", R"("error":"tired")", "'error'"},
      Row{R"("failure":{)", R"("failure":[],"x":{)", "'failure'"},
  };
  const std::string text = EncodeSnapshot(FullSnapshot());
  for (const Row& row : kRows) {
    const Result<JobSnapshot> snapshot = DecodeSnapshot(Replaced(text, row.from, row.to));
    ASSERT_FALSE(snapshot) << row.to;
    EXPECT_EQ(snapshot.error().code(), ErrorCode::kRwError);
    EXPECT_NE(snapshot.error().Message().find(row.words), std::string::npos)
        << snapshot.error().Message();
  }
}

TEST(SnapshotJson, RefusesWhatIsNoJsonObject) {
  const std::string whole = EncodeSnapshot(FullSnapshot());
  const std::vector<std::string> texts{"",
                                       "null",
                                       "[]",
                                       "42",
                                       std::string("\x7f") + "ELF",
                                       whole + "x",
                                       whole.substr(0, whole.size() / 2),
                                       std::string(60'000, '['),
                                       R"({"seconds":1e999})"};
  for (const std::string& text : texts) {
    const Result<JobSnapshot> snapshot = DecodeSnapshot(text);
    ASSERT_FALSE(snapshot) << text;
    EXPECT_EQ(snapshot.error().Message(), "not a JSON object");
  }
}

TEST(JournalJson, KeepsEveryField) {
  EXPECT_EQ(DecodeJournalEntry(EncodeJournalEntry(FullEntry())).value(), FullEntry());
}

TEST(JournalJson, NamesTheKeyThatIsWrong) {
  const std::string text = EncodeJournalEntry(FullEntry());
  const auto entry = DecodeJournalEntry(Replaced(text, R"("pid":4711)", R"("pid":"4711")"));
  ASSERT_FALSE(entry);
  EXPECT_NE(entry.error().Message().find("'pid'"), std::string::npos);
}

}  // namespace
}  // namespace reflash
