// SPDX-License-Identifier: Apache-2.0
// Every fault that can be staged, in every operation.
#include "adapter_bench.h"

namespace reflash {
namespace {

constexpr FacilityOperation kReset = FacilityOperation::kReset;

/// A fault, and what a user is told about it; no code: the update succeeds all the same.
struct Staged {
  const char* when;
  std::uint32_t nth;
  const char* effect;
  std::optional<ErrorCode> told = std::nullopt;
};

std::ostream& operator<<(std::ostream& stream, const Staged& staged) {
  return stream << staged.when << ' ' << staged.nth << ' ' << staged.effect;
}

std::string NameOf(const testing::TestParamInfo<Staged>& info) {
  std::string name =
      std::string(info.param.effect) + "AtCall" + std::to_string(info.param.nth) + info.param.when;
  std::ranges::replace(name, '-', '_');
  std::ranges::replace(name, ':', '_');
  return name;
}

class AdapterFault : public testing::TestWithParam<Staged> {
 protected:
  AdapterFault()
      : bench(AdapterBench::WithFault(AdapterBench::Quick(), GetParam().when, GetParam().nth,
                                      GetParam().effect)) {}
  AdapterBench bench;
};

/// Such as leave the adapter where it can be reset.
class PassingFault : public AdapterFault {};

TEST_P(PassingFault, IsToldAndLeavesAnAdapterThatCanBeUpdated) {
  const auto last = bench.Flash();
  ASSERT_TRUE(last) << last.error().Message();
  if (GetParam().told) {
    EXPECT_EQ(last->outcome, JobOutcome::kFailed);
    ASSERT_TRUE(last->failure);
    EXPECT_EQ(last->failure->code, *GetParam().told) << last->failure->message;
  } else {
    EXPECT_EQ(last->outcome, JobOutcome::kUpdated) << (last->failure ? last->failure->message : "");
    EXPECT_TRUE(bench.adapter().banks().user_runs());
  }
  EXPECT_EQ(bench.watch().Count(kReset, 0), 1U);
  EXPECT_FALSE(bench.HasJournalEntry());
  bench.ExpectThatTheNextUpdateSucceeds();
  bench.ExpectThatNoRuleWasBroken();
}

// Three chunks are three calls of a download and three of a validation.
INSTANTIATE_TEST_SUITE_P(
    Download, PassingFault,
    testing::Values(Staged{"download", 1, "code:-1", ErrorCode::kHwError},
                    Staged{"download", 2, "code:-1", ErrorCode::kHwError},
                    Staged{"download", 3, "code:-1", ErrorCode::kHwError},
                    Staged{"download", 1, "code:-2", ErrorCode::kNotSupported},
                    Staged{"download", 2, "code:-4", ErrorCode::kInvalidArgument},
                    Staged{"download", 1, "code:-10", ErrorCode::kPermission},
                    Staged{"download", 2, "code:-16", ErrorCode::kBusy},
                    Staged{"download", 3, "code:-70", ErrorCode::kInvalidImage},
                    Staged{"download", 2, "code:-72", ErrorCode::kInvalidArgument},
                    Staged{"download", 2, "code:-75", ErrorCode::kBusy},
                    Staged{"download", 2, "code:-4711", ErrorCode::kHwError},
                    Staged{"download", 2, "code:0", ErrorCode::kHwError},
                    Staged{"download", 3, "code:18", ErrorCode::kHwError},
                    Staged{"download", 1, "code:1"}, Staged{"download", 2, "code:9903"},
                    Staged{"download", 3, "code:9905"},
                    Staged{"download", 1, "garble", ErrorCode::kInvalidImage},
                    Staged{"download", 2, "garble", ErrorCode::kInvalidImage},
                    Staged{"download", 3, "garble", ErrorCode::kInvalidImage},
                    Staged{"download", 1, "power-cut", ErrorCode::kHwError},
                    Staged{"download", 2, "power-cut", ErrorCode::kHwError},
                    Staged{"download", 3, "power-cut", ErrorCode::kHwError}),
    NameOf);
INSTANTIATE_TEST_SUITE_P(
    Validate, PassingFault,
    testing::Values(Staged{"validate", 1, "code:-1", ErrorCode::kHwError},
                    Staged{"validate", 2, "code:-4", ErrorCode::kInvalidArgument},
                    Staged{"validate", 3, "code:-16", ErrorCode::kBusy},
                    Staged{"validate", 3, "code:-70", ErrorCode::kHwError},
                    Staged{"validate", 2, "code:-75", ErrorCode::kBusy},
                    Staged{"validate", 2, "code:0", ErrorCode::kHwError},
                    Staged{"validate", 3, "code:18", ErrorCode::kHwError},
                    Staged{"validate", 1, "code:1"}, Staged{"validate", 2, "code:9904"},
                    Staged{"validate", 1, "garble", ErrorCode::kHwError},
                    Staged{"validate", 3, "garble", ErrorCode::kHwError},
                    Staged{"validate", 1, "power-cut", ErrorCode::kHwError},
                    Staged{"validate", 2, "power-cut", ErrorCode::kHwError}),
    NameOf);
// The reset behind a failure of the first one is the one that is answered with 0.
INSTANTIATE_TEST_SUITE_P(Reset, PassingFault,
                         testing::Values(Staged{"reset", 1, "code:-1", ErrorCode::kHwError},
                                         Staged{"reset", 1, "code:-16", ErrorCode::kBusy},
                                         Staged{"reset", 1, "code:18", ErrorCode::kHwError},
                                         Staged{"reset", 1, "code:9904"},
                                         Staged{"reset", 1, "power-cut", ErrorCode::kHwError}),
                         NameOf);
// Five looks come before the first chunk, all others see the adapter come back.
INSTANTIATE_TEST_SUITE_P(VitalData, PassingFault,
                         testing::Values(Staged{"vpd", 2, "code:9903"}, Staged{"vpd", 3, "code:1"},
                                         Staged{"vpd", 6, "code:-1"}, Staged{"vpd", 6, "code:-16"},
                                         Staged{"vpd", 6, "power-cut"}),
                         NameOf);

/// Such as come before anything was written.
class EarlyFault : public AdapterFault {};

TEST_P(EarlyFault, LeavesTheAdapterAsItWas) {
  const auto last = bench.Flash();
  if (last) {
    EXPECT_NE(last->outcome, JobOutcome::kUpdated);
    ASSERT_TRUE(last->failure);
    EXPECT_EQ(last->failure->code, *GetParam().told) << last->failure->message;
  } else {
    EXPECT_EQ(last.error().code(), *GetParam().told) << last.error().Message();
  }
  EXPECT_EQ(bench.adapter().counters().bytes, 0U);
  EXPECT_EQ(bench.watch().Count(kReset), 0U);
  EXPECT_TRUE(bench.adapter().banks().user_runs());
  EXPECT_EQ(bench.adapter().banks().running_version(), AdapterBench::kOld);
  bench.ExpectThatTheNextUpdateSucceeds();
  bench.ExpectThatNoRuleWasBroken();
}

INSTANTIATE_TEST_SUITE_P(VitalData, EarlyFault,
                         testing::Values(Staged{"vpd", 1, "code:-1", ErrorCode::kHwError},
                                         Staged{"vpd", 1, "code:-2", ErrorCode::kNotSupported},
                                         Staged{"vpd", 1, "garble", ErrorCode::kHwError},
                                         Staged{"vpd", 1, "power-cut", ErrorCode::kHwError},
                                         Staged{"vpd", 2, "code:-16", ErrorCode::kBusy},
                                         Staged{"vpd", 3, "code:-10", ErrorCode::kPermission},
                                         Staged{"vpd", 4, "code:-1", ErrorCode::kHwError},
                                         Staged{"vpd", 5, "power-cut", ErrorCode::kHwError}),
                         NameOf);

/// Such as need a hand.
class LastingFault : public AdapterFault {};

TEST_P(LastingFault, KeepsTheJournalUntilAHandHelpsAndTheNextUpdateSucceeds) {
  const auto last = bench.Flash();
  ASSERT_TRUE(last) << last.error().Message();
  EXPECT_EQ(last->outcome, JobOutcome::kFailed);
  ASSERT_TRUE(last->failure);
  EXPECT_EQ(last->failure->code, *GetParam().told) << last->failure->message;
  EXPECT_TRUE(bench.HasJournalEntry());
  bench.adapter().Insert();
  bench.ExpectThatTheNextUpdateSucceeds();
  EXPECT_FALSE(bench.HasJournalEntry());
  // Whoever gives up on a stuck platform calls again sooner than its last hint: that was for a call
  // that is not made any more. So the rules alone are looked at.
  EXPECT_THAT(bench.adapter().violations(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(AnyOperation, LastingFault,
                         testing::Values(Staged{"download", 1, "remove", ErrorCode::kHwError},
                                         Staged{"download", 2, "remove", ErrorCode::kHwError},
                                         Staged{"download", 1, "stuck", ErrorCode::kBusy},
                                         Staged{"download", 3, "stuck", ErrorCode::kBusy},
                                         Staged{"validate", 1, "remove", ErrorCode::kHwError},
                                         Staged{"validate", 2, "stuck", ErrorCode::kBusy},
                                         Staged{"reset", 1, "remove", ErrorCode::kHwError},
                                         Staged{"reset", 1, "stuck", ErrorCode::kBusy}),
                         NameOf);

}  // namespace
}  // namespace reflash
