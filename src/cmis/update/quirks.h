// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "async/scheduler.h"
#include "cmis/module/identity.h"

namespace reflash::cmis {

/// What a module needs beyond, or against, what it says. Durations are floors: a module that asks
/// for more gets more.
struct Quirks {
  Duration least_start{0};
  Duration least_write{0};
  Duration least_complete{0};
  Duration least_commit{0};
  /// Between the end of the restart and the commit.
  Duration pause_before_commit{0};
  /// 0100h names bank A as the running one whatever runs; the version tells.
  bool running_bank_unreliable = false;
  /// RPLLength is not the length of the reply.
  bool reply_length_unreliable = false;
  /// ImageSize of Start counts what follows the start header only. (No module known.)
  bool image_size_without_header = false;
  /// BlockAddress counts from the beginning of the image, start header included. (None known.)
  bool block_address_with_header = false;

  /// Takes over what another row says, too.
  void Merge(const Quirks& other);
};

/// A row of the table: the modules it is about, what they need, and how that is known.
struct QuirkRow {
  std::string_view vendor;  ///< pattern for the vendor name, any case
  std::string_view part;    ///< pattern for the part number
  bool tunable_only;        ///< only modules with a tunable laser
  Quirks quirks;
  std::string_view origin;
};

/// What this module needs: all rows that fit it, together.
Quirks QuirksOf(const Identity& identity);

/// Why, for `info`: the origins of the rows that fit.
std::vector<std::string_view> QuirkOrigins(const Identity& identity);

}  // namespace reflash::cmis
