// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace reflash::cmis {

/// A part of a reply, for people: "committed bank", "A".
struct ReplyField {
  std::string name;
  std::string value;

  bool operator==(const ReplyField&) const = default;
};

/// What the reply in the local payload to a command of the specification says (reference, section
/// 4). Nothing for a command whose replies are not known. A reply that breaks the specification
/// gives one field "error".
std::vector<ReplyField> DescribeReply(std::uint16_t id, ByteView reply, std::uint8_t cmis_revision);

}  // namespace reflash::cmis
