// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/version.h"
#include "emu/adapter/adapter_settings.h"

namespace reflash::emu {

/// A user image of `size_bytes` for adapters with the ids of `settings` (docs/capi.md, "Emulated
/// images"). Equal arguments give equal images. `partial` has units alone, which no platform takes.
/// Errors: kInvalidArgument for a version over 255.255.65535, and a size under 64 bytes or of 4 GiB
/// and more.
Result<Bytes> MakeAdapterImage(const Version& version, const AdapterSettings& settings,
                               std::size_t size_bytes, std::uint64_t seed = 0,
                               bool partial = false);

/// The version of an image, when it is whole, full and for adapters with the ids of `settings`.
std::optional<Version> VerifyAdapterImage(ByteView image, const AdapterSettings& settings);

/// The text of IMAGE.toml for an image that was made with these arguments.
std::string MakeAdapterManifest(const Version& version, const AdapterSettings& settings,
                                ByteView image);

}  // namespace reflash::emu
