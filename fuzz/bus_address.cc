// SPDX-License-Identifier: Apache-2.0
// What stands behind `bus =` in a configuration.
#include "bus/bus_address.h"

#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(reflash::ParseBusAddress(reflash::fuzz::Text(data, size)));
  return 0;
}
