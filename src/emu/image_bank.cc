// SPDX-License-Identifier: Apache-2.0
#include "emu/image_bank.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace reflash::emu {

void ImageBank::Load(Bytes image, const Version& version) {
  image_ = std::move(image);
  written_.Clear();
  written_.Add(0, image_.size());
  MarkValid(version);
}

void ImageBank::Begin(std::size_t size_bytes, ByteView start_header, std::byte erased) {
  Invalidate();
  image_.assign(size_bytes, erased);
  written_.Clear();
  Write(0, start_header);
}

void ImageBank::Write(std::size_t offset, ByteView data) {
  assert(offset <= image_.size() && data.size() <= image_.size() - offset);
  std::ranges::copy(data, image_.begin() + static_cast<std::ptrdiff_t>(offset));
  written_.Add(offset, offset + data.size());
}

void ImageBank::MarkValid(const Version& version) {
  version_ = version;
  valid_ = true;
}

void ImageBank::Invalidate() {
  version_ = {};
  valid_ = false;
}

}  // namespace reflash::emu
