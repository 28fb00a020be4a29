// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "ledger/job_snapshot.h"

namespace reflash::cli {

/// The emulated rack of `reflash demo`, as a lab file.
std::string_view DemoLabFile();

/// A firmware release for the devices of one vendor of the rack.
struct DemoImage {
  std::string_view vendor;
  std::string_view kind;
  std::string_view part;  ///< a pattern, for modules
  std::string_view version;
  std::size_t size_bytes;
};
std::span<const DemoImage> DemoImages();

/// What the rack stages besides success.
struct DemoExpectation {
  std::string_view device;
  JobOutcome outcome;
};
std::span<const DemoExpectation> DemoExpectations();

}  // namespace reflash::cli
