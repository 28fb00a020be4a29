// SPDX-License-Identifier: Apache-2.0
// Page 01h of a module.
#include "cmis/module/cdb_advertisement.h"

#include <algorithm>

#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reflash::Bytes page(128);
  std::ranges::copy(reflash::fuzz::View(data, std::min(size, page.size())), page.begin());
  const auto advertisement = reflash::cmis::CdbAdvertisement::Parse(page);
  reflash::fuzz::Require(advertisement.instances <= 2 && advertisement.epl_pages <= 16);
  reflash::fuzz::Require(advertisement.max_busy >= reflash::Duration::zero());
  return 0;
}
