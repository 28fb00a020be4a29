// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "async/scheduler.h"

namespace reflash::bench {

/// One step of an updater's procedure.
struct PeerStep {
  enum class Does : std::uint8_t {
    kCommand,     ///< a CDB command, and what the updater waits for its end
    kTrigger,     ///< a CDB command whose end it does not look at
    kBlocks,      ///< the image
    kSleep,       ///< `time`
    kAwaitReady,  ///< looks at the module's state, every `time`
  };
  Does does;
  std::uint16_t command = 0;
  Duration time{0};  ///< for Run (0109h) the delay to reset
};

/// How an updater waits for the end of a command.
struct PeerWait {
  Duration before_flag{0};    ///< before the first look at the completion flag
  Duration before_status{0};  ///< before each look at the status
  Duration between{0};        ///< from a look that found the module busy to the next
};

/// What another updater does, as far as it takes time: facts of reference/cmis.md, sections 5 and
/// 7.2. Data for PeerHost.
struct PeerRules {
  enum class Payload : bool { kLpl, kEpl };

  std::string_view name;
  Payload payload;
  std::size_t chunk_bytes;        ///< the longest write, in bytes of data
  bool whole_body = false;        ///< bytes 130-255 are written whatever the command
  bool id_in_two_writes = false;  ///< CMDID as two writes of a byte
  bool selects_for_id = false;    ///< selects the page once more before the CMDID
  bool through_optoe = false;     ///< each access: read byte 2, select, access, select page 0
  bool reads_selection_back = false;
  Duration after_selection{0};
  Duration after_write{0};  ///< after each write but the selection of page 9Fh
  bool looks_at_flag = true;
  unsigned status_reads = 1;
  PeerWait block;
  PeerWait other;  ///< every command but a block
  std::span<const PeerStep> steps;
};

}  // namespace reflash::bench
