// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace reflash::fpga {

/// Bits of the doorbell, the register through which the host and the controller talk of an update.
namespace doorbell {
inline constexpr std::uint32_t kRequest = 1U << 0U;
inline constexpr std::uint32_t kHostStatusMask = 0xFU << 8U;
inline constexpr std::uint32_t kHostWriteDone = 1U << 8U;
inline constexpr std::uint32_t kHostAbort = 2U << 8U;
}  // namespace doorbell

/// How far the controller is: bits 7:4 of the doorbell.
enum class UpdateProgress : std::uint8_t {
  kIdle = 0,
  kPrepare = 1,
  kReady = 3,
  kAuthenticating = 4,
  kCopying = 5,
  kCanceling = 6,
  kProgrammingKeyHash = 7,
  kDone = 8,
  kPkvlDone = 9,
};

/// What the controller says of an update at one moment: progress, and how the last thing it did
/// ended. The numbers come from a device: some are in no table, and say so in words.
struct UpdateState {
  bool requested = false;  ///< the request was not taken yet
  UpdateProgress progress = UpdateProgress::kIdle;
  std::uint8_t status = 0;

  /// From the doorbell, and the register that has the status (which may be the doorbell).
  static UpdateState Decode(std::uint32_t doorbell_word, std::uint32_t status_word);

  bool operator==(const UpdateState&) const = default;

  /// No update is open: a new one may be requested.
  [[nodiscard]] bool AtRest() const;
  /// The controller verifies or programs what it got.
  [[nodiscard]] bool Programs() const;
  /// Something went wrong; see Failure.
  [[nodiscard]] bool Failed() const;
  /// What went wrong, in a sentence that a person can act on.
  [[nodiscard]] Error Failure() const;
  /// What the controller is doing: "authenticating the image".
  [[nodiscard]] std::string ProgressWords() const;
};

}  // namespace reflash::fpga
