// SPDX-License-Identifier: Apache-2.0
// The first bytes of a module's lower memory, and its page 00h behind them.
#include "cmis/module/identity.h"

#include <algorithm>

#include "input.h"

using reflash::cmis::Basics;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reflash::Bytes memory(Basics::kBytes + 128);
  std::ranges::copy(reflash::fuzz::View(data, std::min(size, memory.size())), memory.begin());
  const reflash::ByteView view(memory);
  const Basics basics = Basics::Parse(view.first(Basics::kBytes));
  reflash::fuzz::Require(!basics.RevisionText().empty() && !basics.FormFactor().empty());
  const auto identity = reflash::cmis::Identity::Parse(view.subspan(Basics::kBytes));
  for (const auto* const text : {&identity.vendor, &identity.part, &identity.serial}) {
    reflash::fuzz::Require(text->size() <= 16);
  }
  reflash::fuzz::Require(identity.oui <= 0xFFFFFF);
  return 0;
}
