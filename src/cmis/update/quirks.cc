// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/quirks.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "base/glob.h"

namespace reflash::cmis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array kRows{
    QuirkRow{"*COLORCHIP*",
             "*",
             false,
             {.least_start = milliseconds(3000)},
             "HPE dgchs_fw: tells too short a MaxDurationStart"},
    QuirkRow{"*MOLEX*",
             "*",
             false,
             {.least_write = milliseconds(100), .pause_before_commit = seconds(5)},
             "mstflint: tells too short a MaxDurationWrite, commits 5 s after the restart"},
    QuirkRow{"TE *", "*", false, {.least_commit = seconds(4)}, "HPE dgchs_fw: a commit takes 4 s"},
    QuirkRow{"*HISENSE*",
             "*",
             false,
             {.running_bank_unreliable = true},
             "HPE dgchs_fw: names bank A as running, whatever runs"},
    QuirkRow{"*INNOLIGHT*",
             "*",
             false,
             {.reply_length_unreliable = true},
             "FBOSS dad8b44316: tells a wrong length of its replies"},
    QuirkRow{"*INNOLIGHT*",
             "T-OH8CNT*",
             false,
             {.least_start = seconds(12)},
             "sonic-buildimage #26243: a start takes up to 12 s"},
    QuirkRow{"*COHERENT*",
             "*",
             false,
             {.least_start = seconds(120),
              .least_write = seconds(120),
              .least_complete = seconds(120),
              .least_commit = seconds(120)},
             "FBOSS 4a7f7ef031: FR4-lite takes up to 120 s for any step"},
    QuirkRow{"*",
             "*",
             true,
             {.least_complete = seconds(120)},
             "FBOSS: tunable lasers are silent for 30 s behind the download"},
};

std::string UpperCase(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](unsigned char character) {
    return static_cast<char>(std::toupper(character));
  });
  return upper;
}

bool Fits(const QuirkRow& row, const Identity& identity) {
  return (!row.tunable_only || identity.tunable) &&
         GlobMatches(row.vendor, UpperCase(identity.vendor)) &&
         GlobMatches(row.part, identity.part);
}

}  // namespace

void Quirks::Merge(const Quirks& other) {
  least_start = std::max(least_start, other.least_start);
  least_write = std::max(least_write, other.least_write);
  least_complete = std::max(least_complete, other.least_complete);
  least_commit = std::max(least_commit, other.least_commit);
  pause_before_commit = std::max(pause_before_commit, other.pause_before_commit);
  running_bank_unreliable = running_bank_unreliable || other.running_bank_unreliable;
  reply_length_unreliable = reply_length_unreliable || other.reply_length_unreliable;
  image_size_without_header = image_size_without_header || other.image_size_without_header;
  block_address_with_header = block_address_with_header || other.block_address_with_header;
}

Quirks QuirksOf(const Identity& identity) {
  Quirks quirks;
  for (const QuirkRow& row : kRows) {
    if (Fits(row, identity)) quirks.Merge(row.quirks);
  }
  return quirks;
}

std::vector<std::string_view> QuirkOrigins(const Identity& identity) {
  std::vector<std::string_view> origins;
  for (const QuirkRow& row : kRows) {
    if (Fits(row, identity)) origins.push_back(row.origin);
  }
  return origins;
}

}  // namespace reflash::cmis
