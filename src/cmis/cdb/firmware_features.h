// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "async/scheduler.h"
#include "base/bytes.h"

namespace reflash::cmis {

/// What a module offers for firmware updates: the reply of 0041h (CMIS 5.0, 9.4.2).
struct FirmwareFeatures {
  static constexpr std::size_t kReplyBytes = 18;

  bool read_back = false;
  bool skip_erased = false;
  bool copy = false;
  bool abort = false;
  std::uint8_t start_header_bytes = 0;  ///< of the image, in the start command; at most 112
  std::uint8_t erased_byte = 0;
  std::uint8_t read_write_length_ext = 0;
  std::uint8_t write_code = 0;  ///< the write mechanism as the module tells it
  bool write_lpl = false;
  bool write_epl = false;
  bool read_lpl = false;
  bool read_epl = false;
  bool hitless = false;
  // The longest a step may take, as the module says; zero when it says nothing.
  Duration max_start{0};
  Duration max_abort{0};
  Duration max_write{0};
  Duration max_complete{0};

  /// `cmis_revision` decides on the unit of the durations.
  /// Errors: kHwError for a reply that is too short, or a start header that does not fit.
  static Result<FirmwareFeatures> Parse(ByteView reply, std::uint8_t cmis_revision);
};

}  // namespace reflash::cmis
