// SPDX-License-Identifier: Apache-2.0
// The vital product data of a CAPI adapter.
#include "capi/vital_data.h"

#include "capi/adapter_info.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto vital = reflash::capi::VitalData::Parse(reflash::fuzz::View(data, size));
  if (!vital) return 0;
  reflash::fuzz::Require(vital->part.size() <= 128 && vital->serial.size() <= 128);
  const reflash::DeviceInfo info = reflash::capi::DescribeAdapter(*vital);
  reflash::fuzz::Require(info.RunningBank() != nullptr && info.banks.size() == 2);
  return 0;
}
