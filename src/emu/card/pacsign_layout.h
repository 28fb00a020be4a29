// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Where the fields of a PACSign file, and of the payload for an emulated card, are (docs/fpga.md).
/// Little-endian words; offsets from the beginning of the file, of the payload, or of an entry.
namespace reflash::emu::pacsign {

inline constexpr std::uint32_t kBlock0Magic = 0xB6EAFD19;
inline constexpr std::size_t kLengthAt = 4;
inline constexpr std::size_t kSortAt = 8;
inline constexpr std::size_t kSha256At = 16;
inline constexpr std::size_t kSha384At = 48;

inline constexpr std::uint32_t kBlock1Magic = 0xF27F28D7;
inline constexpr std::size_t kBlock1At = 128;
inline constexpr std::uint32_t kRootEntryMagic = 0xA757A046;
inline constexpr std::size_t kRootEntryAt = kBlock1At + 16;
inline constexpr std::uint32_t kSigningEntryMagic = 0x14711C2F;
inline constexpr std::size_t kSigningEntryAt = kBlock1At + 148;
inline constexpr std::size_t kSigningEntryBytes = 232;
inline constexpr std::size_t kKeyNumberAt = 12;  // in the signing key entry (ours)
inline constexpr std::uint32_t kBlock0EntryMagic = 0x15364367;
inline constexpr std::size_t kBlock0EntryAt = kBlock1At + 380;

inline constexpr std::string_view kPayloadMagic = "REFLASHF";
inline constexpr std::size_t kPayloadHeaderBytes = 64;
inline constexpr std::size_t kVersionAt = 8;
inline constexpr std::size_t kPayloadLengthAt = 12;
inline constexpr std::size_t kPayloadCrcAt = 16;

}  // namespace reflash::emu::pacsign
