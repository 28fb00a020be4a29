// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace reflash::emu {

/// Fills `bytes` with pseudo-random stretches of 1 to 8 KiB, a quarter of them FFh, as real images
/// are padded. Equal seeds give equal bytes.
void FillLikeFirmware(std::span<std::byte> bytes, std::uint64_t seed);

/// Fills `bytes` with pseudo-random numbers alone.
void FillRandom(std::span<std::byte> bytes, std::uint64_t seed);

}  // namespace reflash::emu
