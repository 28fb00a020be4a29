// SPDX-License-Identifier: Apache-2.0
// Lines that a lab sends, as answers to a write and a read of four bytes, and to reads of
// registers.
#include <array>
#include <utility>

#include "bus/lab_messages.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const reflash::Bytes kSelection = reflash::MakeBytes({0x7F, 0x9F});
  static const std::array kMessages{reflash::I2cMessage{.write = kSelection},
                                    reflash::I2cMessage{.read = 4}};
  auto reply = reflash::ParseLabReply(reflash::fuzz::Text(data, size));
  if (!reply || !reply->answer) return 0;
  static const std::array kAccesses{
      reflash::LabAccess{.kind = reflash::LabAccess::Kind::kRead, .address = 4},
      reflash::LabAccess{.kind = reflash::LabAccess::Kind::kReadBlock, .address = 8, .count = 4}};
  const auto values = reflash::MatchLabValues(*reply->answer, kAccesses);
  if (values) {
    reflash::fuzz::Require(values->size() == 2);
    reflash::fuzz::Require(std::get<reflash::Bytes>((*values)[1]).size() == 4);
  }
  const auto matched = reflash::MatchLabAnswer(*std::move(reply->answer), kMessages);
  if (!matched) return 0;
  const std::size_t expected = matched->acknowledged() ? 4 : 0;
  reflash::fuzz::Require(matched->read.size() == expected);
  return 0;
}
