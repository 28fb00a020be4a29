// SPDX-License-Identifier: Apache-2.0
#include "groups.h"
namespace reflash::bench { Result<void> MeasurePeers(Report&) { return {}; } }
