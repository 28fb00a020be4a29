// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/version.h"
#include "capi/adapter_file.h"
#include "capi/crc32.h"

namespace reflash::capi {

/// A file as docs/capi.md has it, with `payload_bytes` behind its header. For tests.
inline Bytes MakeAdapterFile(const AdapterFile& file, std::size_t payload_bytes) {
  Bytes payload(payload_bytes);
  for (std::size_t index = 0; index < payload.size(); ++index) {
    payload[index] = static_cast<std::byte>(index * 13 + index / 253);
  }
  Bytes bytes;
  Append(bytes, AsBytes("REFLASHA"));
  bytes.push_back(static_cast<std::byte>(file.version.major));
  bytes.push_back(static_cast<std::byte>(file.version.minor));
  AppendBigEndian(bytes, static_cast<std::uint16_t>(file.version.build));
  Append(bytes, MakeBytes({file.is_partial ? 2U : 1U, 0, 0, 0}));
  AppendBigEndian(bytes, static_cast<std::uint32_t>(AdapterFile::kHeaderBytes + payload_bytes));
  AppendBigEndian(bytes, Crc32(payload));
  AppendBigEndian(bytes, file.identity.vendor);
  AppendBigEndian(bytes, file.identity.device);
  AppendBigEndian(bytes, file.identity.subsystem_vendor);
  AppendBigEndian(bytes, file.identity.subsystem);
  bytes.resize(AdapterFile::kHeaderBytes);
  Append(bytes, payload);
  return bytes;
}

}  // namespace reflash::capi
