// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/display.h"
#include "cli/exit_code.h"
#include "cli/flash_run.h"
#include "flash/flash_world.h"

namespace reflash::cli {

/// A display that keeps what it is shown. For tests only.
class DisplayLog : public Display {
 public:
  void Show(const JobSnapshot& job) override { pictures.push_back(job); }

  /// The last pictures of jobs, in the order in which they ended.
  [[nodiscard]] std::vector<JobSnapshot> Ended() const {
    std::vector<JobSnapshot> ended;
    for (const JobSnapshot& job : pictures) {
      if (job.outcome) ended.push_back(job);
    }
    return ended;
  }

  std::vector<JobSnapshot> pictures;
};

/// Three devices of simulated hardware that are flashed together: card0, card1, card2. For tests
/// only.
class FlashRack {
 public:
  FlashRack()
      : hardware_{&world.hardware(), &world.AddHardware("card1", "fake:2"),
                  &world.AddHardware("card2", "fake:3")} {}

  FakeHardware& hardware(std::size_t card) { return *hardware_.at(card); }
  void Break(std::size_t card) {
    hardware(card).before["write"] = Failing(ErrorCode::kHwError, "broken");
  }

  [[nodiscard]] static std::vector<Assignment> Assignments() {
    std::vector<Assignment> assignments;
    for (const char* const device : {"card0", "card1", "card2"}) {
      assignments.push_back({.device = device, .image = FlashWorld::MakeImage(), .options = {}});
    }
    return assignments;
  }

  /// How the jobs ended, such as "updated failed refused".
  static std::string Outcomes(const std::vector<JobSnapshot>& jobs) {
    std::string text;
    for (const JobSnapshot& job : jobs) {
      text += (text.empty() ? "" : " ");
      text += job.outcome ? JobOutcomeWord(*job.outcome) : "unbegun";
    }
    return text;
  }
  static ExitCode ExitCodeOf(const std::vector<JobSnapshot>& jobs) {
    std::vector<ExitCode> codes;
    for (const JobSnapshot& job : jobs) codes.push_back(ExitCodeFor(job));
    return Combine(codes);
  }

  FlashWorld world;
  Output output{true};
  DisplayLog display;

 private:
  std::array<FakeHardware*, 3> hardware_;
};

}  // namespace reflash::cli
