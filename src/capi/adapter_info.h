// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "capi/vital_data.h"
#include "flash/device_info.h"

namespace reflash::capi {

/// The bank that images go to.
inline constexpr std::string_view kUserBank = "user";

/// What an adapter is and holds, in the words of the engine.
///
/// It has two banks, of which only "user" is ever written, so a load ends in what runs and needs
/// quiet (no switches_banks). It is no single_bank all the same: a load that fails leaves the
/// factory image, from which the adapter can be flashed again.
DeviceInfo DescribeAdapter(const VitalData& vital);

/// Who has units of the adapter open: "2 AFUs are open"; or nothing.
std::optional<std::string> DescribeUse(const VitalData& vital);

/// The sequence that is open, for people: "a download"; empty when there is none.
std::string_view DescribeSequence(OpenSequence sequence);

}  // namespace reflash::capi
