// SPDX-License-Identifier: Apache-2.0
// Lines that a lab sends, as answers to a write and a read of four bytes.
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
  const auto matched = reflash::MatchLabAnswer(*std::move(reply->answer), kMessages);
  if (!matched) return 0;
  const std::size_t expected = matched->acknowledged() ? 4 : 0;
  reflash::fuzz::Require(matched->read.size() == expected);
  return 0;
}
