// SPDX-License-Identifier: Apache-2.0
#include "fpga/update_state.h"

#include <algorithm>
#include <array>

namespace reflash::fpga {
namespace {

struct ProgressRow {
  UpdateProgress progress;
  std::string_view words;
  bool at_rest = false;
  bool programs = false;
};
constexpr std::array kProgress{
    ProgressRow{UpdateProgress::kIdle, "idle", true, false},
    ProgressRow{UpdateProgress::kPrepare, "erasing the staging area"},
    ProgressRow{UpdateProgress::kReady, "ready to take an image"},
    ProgressRow{UpdateProgress::kAuthenticating, "authenticating the image", false, true},
    ProgressRow{UpdateProgress::kCopying, "copying the image to flash", false, true},
    ProgressRow{UpdateProgress::kCanceling, "canceling the update"},
    ProgressRow{UpdateProgress::kProgrammingKeyHash, "programming the key hash", false, true},
    ProgressRow{UpdateProgress::kDone, "done", true, false},
    ProgressRow{UpdateProgress::kPkvlDone, "done with the PKVL", true, false},
};

struct StatusRow {
  std::uint8_t number;
  bool failed;
  ErrorCode code;
  std::string_view words;
};
constexpr bool kFine = false;
constexpr bool kFailed = true;
constexpr std::array kStatuses{
    StatusRow{0x00, kFine, ErrorCode::kHwError, "no error"},
    StatusRow{0x01, kFailed, ErrorCode::kTimeout,
              "the controller waited too long for the host and gave the update up; try again"},
    StatusRow{0x02, kFailed, ErrorCode::kInvalidImage,
              "the card refuses the image: its signature is not good, or its key is not the card's "
              "or was canceled"},
    StatusRow{0x03, kFailed, ErrorCode::kHwError,
              "the controller could not copy the image to flash; the page that it went to must be "
              "loaded again before it is started"},
    StatusRow{0x04, kFailed, ErrorCode::kHwError,
              "the controller failed fatally; turn the machine off and on, and look at the card "
              "before the next update"},
    StatusRow{0x05, kFailed, ErrorCode::kInvalidImage,
              "the PKVL refused its image: it is not for the retimers of this card"},
    StatusRow{0x06, kFailed, ErrorCode::kInvalidImage,
              "the image is older than the card allows: its revision must not go back"},
    StatusRow{0x07, kFailed, ErrorCode::kHwError,
              "the controller could not erase the staging area; turn the machine off and on and "
              "try again: if it stays, the flash is broken"},
    StatusRow{0x08, kFailed, ErrorCode::kWearout,
              "the controller takes no update now, to spare its flash: wait 30 s and try again; "
              "if it stays, the flash is worn out"},
    StatusRow{0x80, kFine, ErrorCode::kHwError, "the Nios firmware was started"},
    StatusRow{0x81, kFine, ErrorCode::kHwError, "the controller started its user image"},
    StatusRow{0x82, kFine, ErrorCode::kHwError, "the controller started its factory image"},
    StatusRow{0x83, kFailed, ErrorCode::kHwError,
              "the controller could not start its user image; load controller firmware again"},
    StatusRow{0x84, kFailed, ErrorCode::kHwError,
              "the controller could not start its factory image; the card has to be repaired"},
    StatusRow{0x85, kFailed, ErrorCode::kHwError,
              "the controller could not open its flash; turn the machine off and on"},
    StatusRow{0x86, kFailed, ErrorCode::kHwError,
              "the controller could not open the FPGA's flash; turn the machine off and on"},
};

const ProgressRow* RowOf(UpdateProgress progress) {
  const auto* const row = std::ranges::find(kProgress, progress, &ProgressRow::progress);
  return row == kProgress.end() ? nullptr : row;
}

const StatusRow* RowOf(std::uint8_t status) {
  const auto* const row = std::ranges::find(kStatuses, status, &StatusRow::number);
  return row == kStatuses.end() ? nullptr : row;
}

}  // namespace

UpdateState UpdateState::Decode(std::uint32_t doorbell_word, std::uint32_t status_word) {
  return {.requested = (doorbell_word & doorbell::kRequest) != 0,
          .progress = static_cast<UpdateProgress>((doorbell_word >> 4U) & 0xFU),
          .status = static_cast<std::uint8_t>((status_word >> 16U) & 0xFFU)};
}

bool UpdateState::AtRest() const {
  const ProgressRow* const row = RowOf(progress);
  return row != nullptr && row->at_rest;
}

bool UpdateState::Programs() const {
  const ProgressRow* const row = RowOf(progress);
  return row != nullptr && row->programs;
}

bool UpdateState::Failed() const {
  const StatusRow* const row = RowOf(status);
  return row == nullptr || row->failed;
}

Error UpdateState::Failure() const {
  const StatusRow* const row = RowOf(status);
  if (row != nullptr) {
    return {row->code, fmt::format("{} (status {:02X}h)", row->words, status)};
  }
  return {ErrorCode::kHwError,
          fmt::format("the controller failed with status {:02X}h, which is in no table", status)};
}

std::string UpdateState::ProgressWords() const {
  const ProgressRow* const row = RowOf(progress);
  if (row != nullptr) return std::string(row->words);
  return fmt::format("in state {}, which is in no table", static_cast<unsigned>(progress));
}

}  // namespace reflash::fpga
