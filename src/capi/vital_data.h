// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/version.h"
#include "capi/adapter_identity.h"

namespace reflash::capi {

/// The sequence that is open on an adapter.
enum class OpenSequence : std::uint8_t { kIdle, kDownload, kValidate };

/// What an adapter tells of itself (docs/capi.md, "Vital product data").
struct VitalData {
  /// The longest text that is looked at.
  static constexpr std::size_t kMostBytes = 4096;

  AdapterIdentity identity;
  Version version;              ///< of the image that runs
  bool runs_factory = false;    ///< and not the user image
  std::uint16_t afus_open = 0;  ///< units that somebody has open
  OpenSequence sequence = OpenSequence::kIdle;
  std::string part;
  std::string serial;
  std::optional<std::uint64_t> user_bytes;  ///< room for the user image

  /// Understands what an adapter sent, which may be anything.
  /// Errors: kHwError, with the key or the line that is wrong.
  static Result<VitalData> Parse(ByteView data);
};

}  // namespace reflash::capi
