// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.h"
#include "base/error.h"
#include "base/version.h"
#include "capi/adapter_identity.h"

namespace reflash::capi {

/// What the file of an image tells of itself (docs/capi.md, "Emulated images"). A real image is
/// opaque and tells nothing.
struct AdapterFile {
  static constexpr std::size_t kHeaderBytes = 64;

  Version version;
  AdapterIdentity identity;  ///< of the adapters that it is for
  bool is_partial = false;   ///< units without the service layer

  /// Nothing for a file without the magic.
  /// Errors: kInvalidImage for one that has it and is damaged.
  static Result<std::optional<AdapterFile>> Parse(ByteView file);
};

}  // namespace reflash::capi
