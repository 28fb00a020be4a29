// SPDX-License-Identifier: Apache-2.0
#include "image/image.h"

#include <sodium/crypto_hash_sha256.h>

#include <algorithm>
#include <array>
#include <span>

#include "image/sealed_memory.h"

namespace reflash {

struct Image::Content {
  SealedMemory memory;
  std::string sha256;
  std::string name;
};

namespace {

Error Unacceptable(Error cause) {
  return Error(ErrorCode::kInvalidImage, "cannot take the image").Because(std::move(cause));
}

std::unexpected<Error> Changed(const InputFile& file) {
  return Fail(ErrorCode::kInvalidImage, "the image {} was changed while it was read",
              file.path().string());
}

Result<void> CheckSize(std::uint64_t size_bytes, const std::string& name) {
  if (size_bytes == 0) {
    return Fail(ErrorCode::kInvalidImage, "the image {} is empty", name);
  }
  if (size_bytes > Image::kLargestBytes) {
    return Fail(ErrorCode::kInvalidImage,
                "the image {} has {} bytes, more than the {} of any device", name, size_bytes,
                Image::kLargestBytes);
  }
  return {};
}

/// Copies exactly the bytes that the file had when it was opened.
Result<SealedMemory> CopyUnchanged(InputFile& file) {
  std::uint64_t copied = 0;
  SealedMemory memory =
      REFLASH_TRY(SealedMemory::Fill([&](std::span<std::byte> buffer) -> Result<std::size_t> {
        const Result<std::size_t> count = file.Read(buffer);
        if (!count) return Fail(Unacceptable(count.error()));
        copied += *count;
        if (copied > file.size_bytes()) return Changed(file);
        return *count;
      }));
  const Result<bool> unchanged = file.IsUnchanged();
  if (!unchanged) return Fail(Unacceptable(unchanged.error()));
  if (!*unchanged || copied != file.size_bytes()) return Changed(file);
  return memory;
}

std::string Sha256(ByteView bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  return ToHex(std::as_bytes(std::span(digest)));
}

}  // namespace

Result<Image> Image::Load(const std::filesystem::path& path) {
  Result<InputFile> file = InputFile::Open(path);
  if (!file) return Fail(Unacceptable(std::move(file).error()));
  return FromFile(*std::move(file));
}

Result<Image> Image::FromFile(InputFile file) {
  REFLASH_TRY_VOID(CheckSize(file.size_bytes(), file.path().string()));
  return FromMemory(REFLASH_TRY(CopyUnchanged(file)), file.path().filename().string());
}

Result<Image> Image::FromBytes(ByteView bytes, std::string name) {
  REFLASH_TRY_VOID(CheckSize(bytes.size(), name));
  const SealedMemory::Source source = [&](std::span<std::byte> buffer) {
    const std::size_t count = std::min(buffer.size(), bytes.size());
    std::ranges::copy(bytes.first(count), buffer.begin());
    bytes = bytes.subspan(count);
    return count;
  };
  return FromMemory(REFLASH_TRY(SealedMemory::Fill(source)), std::move(name));
}

Image Image::FromMemory(SealedMemory memory, std::string name) {
  std::string sha256 = Sha256(memory.bytes());
  return Image(
      std::make_shared<const Content>(std::move(memory), std::move(sha256), std::move(name)));
}

ByteView Image::bytes() const { return content_->memory.bytes(); }
const std::string& Image::sha256() const { return content_->sha256; }
const std::string& Image::name() const { return content_->name; }

}  // namespace reflash
