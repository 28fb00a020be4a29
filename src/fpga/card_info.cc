// SPDX-License-Identifier: Apache-2.0
#include "fpga/card_info.h"

#include <array>
#include <bit>
#include <utility>

#include "fpga/card_pages.h"

namespace reflash::fpga {
namespace {

constexpr std::uint64_t kBitstreamIdHigh = 0x64;

constexpr std::size_t kCounterBytes = 4096;
constexpr std::size_t kMostUpdates = kCounterBytes * 8;

/// Where the hash of a root key stands, and the keys that were canceled.
constexpr std::size_t kRootHashOffset = 4;
constexpr std::size_t kCanceledOffset = 0x34;
constexpr std::size_t kCanceledBytes = 16;
constexpr std::size_t kRootEntryBytes = kCanceledOffset + kCanceledBytes;
constexpr std::uint16_t kLongHashBytes = 48;
constexpr std::uint16_t kShortHashBytes = 32;

struct RootEntryRow {
  std::string_view what;
  std::uint16_t magic;  ///< when a hash was programmed
};
/// In the order of FlashMap::root_entries.
constexpr std::array kRootEntries{
    RootEntryRow{"controller", 0x5746},
    RootEntryRow{"static region", 0x5253},
    RootEntryRow{"partial region", 0x5250},
};

Version DecodeVersion(std::uint32_t word) {
  return {.major = (word >> 16U) & 0xFFU, .minor = (word >> 8U) & 0xFFU, .build = word & 0xFFU};
}

/// Bits 59:56, 55:52 and 51:48 of the bitstream id, from its high word.
Version DecodeBitstreamVersion(std::uint32_t high) {
  return {
      .major = (high >> 24U) & 0xFU, .minor = (high >> 20U) & 0xFU, .build = (high >> 16U) & 0xFU};
}

std::string DecodeMacAddress(std::uint32_t low, std::uint32_t high) {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", low & 0xFFU, (low >> 8U) & 0xFFU,
                     (low >> 16U) & 0xFFU, low >> 24U, high & 0xFFU, (high >> 8U) & 0xFFU);
}

std::string DecodeRootHash(ByteView entry, std::uint16_t magic) {
  const auto found = LoadLittleEndian<std::uint16_t>(entry);
  if (found != magic) return "none";
  const auto told = LoadLittleEndian<std::uint16_t>(entry.subspan(2));
  const std::size_t length = told == kLongHashBytes ? kLongHashBytes : kShortHashBytes;
  return ToHex(entry.subspan(kRootHashOffset, length));
}

/// A bit that was cleared is a key that was canceled.
std::string DecodeCanceledKeys(ByteView bits) {
  std::string keys;
  for (std::size_t key = 0; key < bits.size() * 8; ++key) {
    const bool stands = (std::to_integer<unsigned>(bits[key / 8]) >> (key % 8) & 1U) != 0;
    if (stands) continue;
    keys += keys.empty() ? "" : ", ";
    keys += std::to_string(key);
  }
  return keys.empty() ? "none" : keys;
}

/// Each update clears a bit.
std::size_t CountUpdates(ByteView counter) {
  std::size_t set = 0;
  for (const std::byte byte : counter) {
    set += static_cast<std::size_t>(std::popcount(std::to_integer<std::uint8_t>(byte)));
  }
  return counter.size() * 8 - set;
}

Task<std::vector<Detail>> ReadFlashDetails(BoardController& controller) {
  const FlashMap& flash = controller.family().flash;
  const std::size_t count =
      CountUpdates(co_await controller.ReadFlash(flash.update_counter, kCounterBytes));
  std::vector<Detail> details{
      {"flash count", fmt::format("{} of {}", count, kMostUpdates)},
      {"flash wear", fmt::format("{:.1f} %", 100.0 * static_cast<double>(count) / kMostUpdates)},
  };
  for (std::size_t index = 0; index < kRootEntries.size(); ++index) {
    const RootEntryRow& row = kRootEntries[index];
    const Bytes entry = co_await controller.ReadFlash(flash.root_entries[index], kRootEntryBytes);
    const ByteView canceled = ByteView(entry).subspan(kCanceledOffset, kCanceledBytes);
    details.push_back(
        {fmt::format("{} root key hash", row.what), DecodeRootHash(entry, row.magic)});
    details.push_back({fmt::format("{} canceled keys", row.what), DecodeCanceledKeys(canceled)});
  }
  co_return details;
}

/// The same, or why not. A card can be updated whose flash cannot be read now.
Task<std::vector<Detail>> TryReadFlashDetails(BoardController& controller, UpdateState state) {
  if (!state.AtRest() || state.requested) {
    co_return std::vector<Detail>{{"flash", "cannot be read while an update is open"}};
  }
  Result<std::vector<Detail>> details = co_await Outcome(ReadFlashDetails(controller));
  if (details || details.error().code() == ErrorCode::kNotFound) co_return details;
  co_return std::vector<Detail>{
      {"flash", fmt::format("cannot be read: {}", details.error().Message())}};
}

std::vector<Bank> MakeBanks(const ControllerFamily& family, const Page* running,
                            const Page* power_on, const std::optional<Version>& version) {
  std::vector<Bank> banks;
  for (const Page& page : family.pages) {
    const bool runs = &page == running;
    // A card does not tell what a page holds before it runs; nor that it holds nothing.
    banks.push_back({.name = std::string(page.name),
                     .version = runs ? version : std::nullopt,
                     .running = runs,
                     .committed = &page == power_on,
                     .valid = true,
                     .is_fallback = page.factory});
  }
  return banks;
}

std::string Describe(const UpdateState& state) {
  const std::string progress = state.ProgressWords();
  return state.Failed() ? fmt::format("{}; {}", progress, state.Failure().Message()) : progress;
}

}  // namespace

Task<DeviceInfo> ReadCardInfo(CardRegisters& registers, BoardController& controller,
                              UpdateState state) {
  const ControllerFamily& family = controller.family();
  const SystemRegisters& at = family.registers;
  const Page* const running = co_await ReadRunningPage(controller);
  const Page* const power_on = co_await ReadPowerOnPage(controller);
  const std::uint32_t mac_low = co_await controller.ReadSystem(at.mac_address);
  const std::uint32_t mac_high = co_await controller.ReadSystem(at.mac_address + 4);
  const Version firmware = DecodeVersion(co_await controller.ReadSystem(at.firmware_version));
  const Version build = DecodeVersion(co_await controller.ReadSystem(at.build_version));
  std::optional<Version> version;
  if (running != nullptr) {
    version = DecodeBitstreamVersion(co_await registers.Read(kBitstreamIdHigh));
  }
  DeviceInfo info{.vendor = "Intel",
                  .part = std::string(family.name),
                  .serial = DecodeMacAddress(mac_low, mac_high),
                  .version = version,
                  .state = state.AtRest() ? "ready" : state.ProgressWords(),
                  .banks = MakeBanks(family, running, power_on, version),
                  .capabilities = {.switches_banks = true,
                                   .commits = family.power_on.has_value(),
                                   .runs_any_bank = true,
                                   .max_image_bytes = family.flash.staging_bytes},
                  .details = {}};
  info.details = {{"controller firmware", firmware.ToString()},
                  {"controller build", build.ToString()},
                  {"MAC addresses", std::to_string((mac_high >> 16U) & 0xFFU)},
                  {"doorbell", Describe(state)}};
  for (Detail& detail : co_await TryReadFlashDetails(controller, state)) {
    info.details.push_back(std::move(detail));
  }
  info.details.push_back({"not known of this family", std::string(family.missing)});
  co_return info;
}

}  // namespace reflash::fpga
