// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "base/input_file.h"

namespace reflash {

class SealedMemory;

/// A firmware image, copied once into memory that nobody can change. Copies of an Image share that
/// memory, so two thousand jobs hold one; it is freed with the last of them. What the bytes mean
/// is the business of the device, and what they claim to be that of the Manifest.
class Image {
 public:
  /// The largest image that is loaded. The largest known ones (full FPGA card flashes) have 256
  /// MiB; what is larger is a mistake, such as a disk image, and would only fill the memory.
  static constexpr std::uint64_t kLargestBytes = 1ULL << 30U;

  /// Loads the file at `path`; name() is its last component.
  /// Errors: kInvalidImage, whatever is wrong with the file: missing or not readable (the cause
  /// tells), not a regular file, empty, larger than kLargestBytes, changed while it was read.
  /// Others only when memory is short.
  static Result<Image> Load(const std::filesystem::path& path);

  /// The same for a file that is open already and was not read from.
  static Result<Image> FromFile(InputFile file);

  /// An image out of `bytes`, which are copied. Errors: kInvalidImage, as for Load.
  static Result<Image> FromBytes(ByteView bytes, std::string name);

  /// Valid as long as any copy of this Image.
  [[nodiscard]] ByteView bytes() const;
  [[nodiscard]] std::size_t size() const { return bytes().size(); }
  /// The SHA-256 digest of bytes(): 64 hexadecimal digits in lower case.
  [[nodiscard]] const std::string& sha256() const;
  /// What messages call it, such as "fw.bin".
  [[nodiscard]] const std::string& name() const;

 private:
  struct Content;
  static Image FromMemory(SealedMemory memory, std::string name);
  explicit Image(std::shared_ptr<const Content> content) : content_(std::move(content)) {}

  std::shared_ptr<const Content> content_;
};

}  // namespace reflash
