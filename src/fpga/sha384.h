// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "base/bytes.h"

namespace reflash::fpga {

using Sha384 = std::array<std::byte, 48>;

/// The SHA-384 digest of a message (FIPS 180-4). PACSign files carry one; libsodium, which the
/// project uses for its other digests, has SHA-256 and SHA-512 but not this one, and a second
/// cryptographic library for one digest would weigh more than these lines. It only tells whether a
/// file is damaged: who signed it is for the card to say.
Sha384 ComputeSha384(ByteView message);

}  // namespace reflash::fpga
