// SPDX-License-Identifier: Apache-2.0
#include "example/toy_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace reflash::example {
namespace {

struct ErrorRow {
  std::uint32_t number;
  ErrorCode code;
  std::string_view words;
};

constexpr std::array kErrors{
    ErrorRow{1, ErrorCode::kBusy, "the toy does not take this command in its present state"},
    ErrorRow{2, ErrorCode::kInvalidImage, "the toy finds the image broken"},
    ErrorRow{3, ErrorCode::kWearout, "the flash memory of the toy is worn out"},
};

constexpr std::uint32_t kBRuns = 1U << 0U;
constexpr std::uint32_t kBIsCommitted = 1U << 1U;
constexpr std::uint32_t kAIsValid = 1U << 2U;
constexpr std::uint32_t kBIsValid = 1U << 3U;

Bank DecodeBank(std::string name, bool running, bool committed, bool valid, std::uint32_t version) {
  Bank bank{.name = std::move(name),
            .version = std::nullopt,
            .running = running,
            .committed = committed,
            .valid = valid};
  if (valid) bank.version = DecodeVersion(version);
  return bank;
}

}  // namespace

Error ErrorOfToy(std::uint32_t number) {
  const auto* const row = std::ranges::find(kErrors, number, &ErrorRow::number);
  if (row != kErrors.end()) return {row->code, fmt::format("{} (error {})", row->words, number)};
  return {ErrorCode::kHwError, fmt::format("the toy failed with the unknown error {}", number)};
}

Version DecodeVersion(std::uint32_t word) {
  return {.major = word >> 16U, .minor = (word >> 8U) & 0xFFU, .build = word & 0xFFU};
}

std::vector<Bank> DecodeBanks(std::uint32_t banks, std::uint32_t version_a,
                              std::uint32_t version_b) {
  const bool b_runs = (banks & kBRuns) != 0;
  const bool b_is_committed = (banks & kBIsCommitted) != 0;
  return {DecodeBank("A", !b_runs, !b_is_committed, (banks & kAIsValid) != 0, version_a),
          DecodeBank("B", b_runs, b_is_committed, (banks & kBIsValid) != 0, version_b)};
}

}  // namespace reflash::example
