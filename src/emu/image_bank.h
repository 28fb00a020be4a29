// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "base/version.h"
#include "emu/byte_ranges.h"

namespace reflash::emu {

/// One bank of flash memory: the image as it was received, and whether it was found valid. It
/// survives a loss of power; what is valid after one was valid before it.
class ImageBank {
 public:
  /// Puts a whole, valid image here.
  void Load(Bytes image, const Version& version);
  /// Erases the bank for an image of `size_bytes` that begins with `start_header`, which is not
  /// longer. Unwritten bytes read as `erased`.
  void Begin(std::size_t size_bytes, ByteView start_header, std::byte erased);
  /// Writes bytes inside the image; the same bytes may be written again.
  void Write(std::size_t offset, ByteView data);
  void MarkValid(const Version& version);
  void Invalidate();

  /// Whether every byte of the image was written.
  [[nodiscard]] bool written() const { return written_.Covers(image_.size()); }
  [[nodiscard]] bool empty() const { return image_.empty(); }
  [[nodiscard]] bool valid() const { return valid_; }
  /// 0.0.0 unless valid.
  [[nodiscard]] const Version& version() const { return version_; }
  /// The image as it was received, start header included.
  [[nodiscard]] ByteView image() const { return image_; }

 private:
  Bytes image_;
  ByteRanges written_;
  Version version_;
  bool valid_ = false;
};

}  // namespace reflash::emu
