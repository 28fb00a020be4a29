// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace reflash::emu {

/// The SHA-384 of `bytes` (FIPS 180-4), 48 bytes.
Bytes Sha384(ByteView bytes);

/// The SHA-256 of `bytes`, 32 bytes.
Bytes Sha256(ByteView bytes);

}  // namespace reflash::emu
