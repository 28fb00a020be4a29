// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "flash/engine.h"

namespace reflash::bench {

/// A whole update of one device. Errors: whatever kept it from being updated.
Task<void> UpdateOne(Engine& engine, std::string name, Image image);

}  // namespace reflash::bench
