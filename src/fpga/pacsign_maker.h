// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "fpga/pacsign_file.h"
#include "fpga/sha384.h"

namespace reflash::fpga {

/// Puts `value` at an offset, the lowest byte first.
inline void PutWord(Bytes& bytes, std::size_t offset, std::uint32_t value) {
  for (std::size_t index = 0; index < 4; ++index) {
    bytes[offset + index] = static_cast<std::byte>(value >> (8 * index));
  }
}

/// The payload 00h, 01h, 02h and so on.
inline Bytes CountingPayload(std::size_t size) {
  Bytes payload(size);
  for (std::size_t index = 0; index < size; ++index) payload[index] = std::byte(index & 0xFFU);
  return payload;
}

/// A file as PACSign makes it, with signatures of zeroes. For tests.
inline Bytes MakePacsignFile(ContentSort sort = ContentSort::kStaticRegion,
                             ContentPurpose purpose = ContentPurpose::kUpdate,
                             const Bytes& payload = CountingPayload(256)) {
  Bytes file(PacsignFile::kHeaderBytes);
  PutWord(file, 0, 0xB6EAFD19);
  PutWord(file, 4, static_cast<std::uint32_t>(payload.size()));
  file[8] = static_cast<std::byte>(sort);
  file[9] = static_cast<std::byte>(purpose);
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(&file[16]),
                     reinterpret_cast<const unsigned char*>(payload.data()), payload.size());
  std::ranges::copy(ComputeSha384(payload), file.begin() + 48);
  PutWord(file, 128, 0xF27F28D7);
  PutWord(file, 144, 0xA757A046);
  const bool with_key = purpose != ContentPurpose::kCancelKey;
  PutWord(file, 276, with_key ? 0x14711C2F : 0x15364367);
  if (with_key) PutWord(file, 508, 0x15364367);
  Append(file, payload);
  return file;
}

}  // namespace reflash::fpga
