// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "capi/adapter_identity.h"

namespace reflash::capi {

inline constexpr std::size_t kAdapterHeaderBytes = 128;
using AdapterHeader = std::array<std::byte, kAdapterHeaderBytes>;

/// What stands in front of an image that is handed to the platform: for which adapter it is, which
/// is always the one that it goes to, and how long it is (reference B2; docs/capi.md).
AdapterHeader MakeAdapterHeader(const AdapterIdentity& identity, std::uint64_t image_bytes);

}  // namespace reflash::capi
