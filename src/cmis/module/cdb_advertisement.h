// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "async/scheduler.h"
#include "base/bytes.h"

namespace reflash::cmis {

/// What a module says about its CDB (CMIS 5.0, 8.4.11; page 01h, bytes 163-166).
struct CdbAdvertisement {
  unsigned instances = 0;         ///< how many commands may run side by side; 0: no CDB at all
  bool background = false;        ///< memory stays accessible while a command runs
  bool auto_paging = false;       ///< a burst may run from one EPL page into the next
  unsigned epl_pages = 0;         ///< pages of 128 bytes for the extended payload
  unsigned epl_pages_to_try = 0;  ///< so many there may be, where the code is read in two ways
  std::uint8_t read_write_length_ext = 0;
  bool trigger_on_stop = false;  ///< one write that contains the command id may carry all of it
  Duration max_busy{0};          ///< the longest time that the module may keep silent

  /// `page` is page 01h, 128 bytes from offset 128 on.
  static CdbAdvertisement Parse(ByteView page);
};

/// The longest access that a ReadWriteLengthExt of `extension` allows, in bytes: on the extended
/// payload pages up to 2048, elsewhere up to 128.
std::size_t LongestEplAccess(std::uint8_t extension);
std::size_t LongestLplAccess(std::uint8_t extension);

}  // namespace reflash::cmis
