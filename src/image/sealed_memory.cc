// SPDX-License-Identifier: Apache-2.0
#include "image/sealed_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/errno_error.h"

namespace reflash {
namespace {

constexpr std::size_t kBufferBytes = 1U << 20U;
constexpr int kAllSeals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

Result<void> WriteAll(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) {
      return Fail(ErrorFromErrno(errno, "no memory for the image"));
    }
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

/// Returns how many bytes were copied.
Result<std::size_t> Copy(const SealedMemory::Source& source, int descriptor) {
  Bytes buffer(kBufferBytes);
  std::size_t total = 0;
  while (true) {
    const std::size_t count = REFLASH_TRY(source(buffer));
    REFLASH_TRY_VOID(WriteAll(descriptor, ByteView(buffer).first(count)));
    total += count;
    if (count < buffer.size()) return total;
  }
}

}  // namespace

Result<SealedMemory> SealedMemory::Fill(const Source& source) {
  UniqueFd descriptor(::memfd_create("reflash-image", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!descriptor.valid()) return Fail(ErrorFromErrno(errno, "cannot create memory to seal"));
  const std::size_t size = REFLASH_TRY(Copy(source, descriptor.get()));
  if (::fcntl(descriptor.get(), F_ADD_SEALS, kAllSeals) != 0) {
    return Fail(ErrorFromErrno(errno, "cannot seal the memory of the image"));
  }
  if (size == 0) return SealedMemory(std::move(descriptor), {});
  // Private, since kernels before 6.7 take any shared mapping of a sealed memfd for a writable one.
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
  if (start == MAP_FAILED) {
    return Fail(ErrorFromErrno(errno, "cannot map the memory of the image"));
  }
  return SealedMemory(std::move(descriptor), {static_cast<const std::byte*>(start), size});
}

SealedMemory::SealedMemory(UniqueFd descriptor, ByteView bytes)
    : descriptor_(std::move(descriptor)), bytes_(bytes) {}

SealedMemory::SealedMemory(SealedMemory&& other) noexcept
    : descriptor_(std::move(other.descriptor_)), bytes_(std::exchange(other.bytes_, {})) {}

SealedMemory::~SealedMemory() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace reflash
