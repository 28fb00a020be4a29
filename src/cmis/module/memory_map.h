// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "bus/module_eeprom.h"

/// Where things stand in the memory of a CMIS module (CMIS 5.0, chapter 8).
namespace reflash::cmis {

// Lower memory.
inline constexpr EepromAddress kIdentifier{.offset = 0};  // SFF-8024
inline constexpr EepromAddress kModuleState{.offset = 3};
inline constexpr EepromAddress kModuleFlags{.offset = 8};  // latched, cleared by reading
inline constexpr EepromAddress kModuleControls{.offset = 26};
inline constexpr EepromAddress kModuleFlagMasks{.offset = 31};
inline constexpr EepromAddress kPasswordEntry{.offset = 122};
inline constexpr EepromAddress kCdbStatus1{.offset = 37};

inline constexpr std::uint8_t kCdbCompleteFlag1 = 0x40;    // of kModuleFlags
inline constexpr std::uint8_t kModuleStateChanged = 0x01;  // of kModuleFlags
inline constexpr std::uint8_t kSoftwareReset = 0x08;       // of kModuleControls

// Page 00h: identity. Page 01h: advertisements.
inline constexpr EepromAddress kIdentityPage{.page = 0x00, .offset = 128};
inline constexpr EepromAddress kAdvertisementPage{.page = 0x01, .offset = 128};
inline constexpr std::size_t kUpperPageBytes = 128;

// Page 9Fh: a CDB command and its reply. Pages A0h-AFh: the extended payload.
inline constexpr EepromAddress kCdbCommandId{.page = 0x9F, .offset = 128};
inline constexpr EepromAddress kCdbBody{.page = 0x9F, .offset = 130};
inline constexpr EepromAddress kCdbReply{.page = 0x9F, .offset = 134};
inline constexpr EepromAddress kExtendedPayload{.page = 0xA0, .offset = 128};

}  // namespace reflash::cmis
