// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cmis/cdb/command_channel.h"
#include "cmis/cdb/reply_fields.h"

namespace reflash::cli {

/// What one command to a module came to.
struct CdbResult {
  std::string device;
  std::uint16_t id = 0;
  cmis::CommandReply reply;
  std::vector<cmis::ReplyField> fields;  ///< of a reply that is known
};

}  // namespace reflash::cli
