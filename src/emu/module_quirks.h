// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "async/scheduler.h"
#include "emu/cdb_status.h"

namespace reflash::emu {

/// What RPLChkCode (page 9Fh byte 135) covers.
enum class ReplyCheck : std::uint8_t {
  kLpl,     ///< the reply in the LPL
  kHeader,  ///< everything from RPLLength (134) on
  kZero,    ///< nothing: it is 0
  kWrong,   ///< it fits neither
};

/// Where a module takes its password.
enum class PasswordWay : std::uint8_t { kBoth, kMemory, kCommand };

/// What a second host does each time it comes by.
enum class SecondHostAct : std::uint8_t { kBoth, kReadFlags, kMovePage };

/// How a module departs from the specification, or takes one of two readings of it. The defaults
/// are a module without quirks. One member for each key of a lab file, as in ModuleSettings.
struct ModuleQuirks {
  // What it tells; nothing: the truth.
  std::optional<std::uint8_t> write_code;  ///< 0041h byte 141; older text: 02h EPL, 03h both
  std::optional<std::uint8_t> read_code;   ///< 0041h byte 142
  std::optional<std::uint8_t> firmware_length_ext;  ///< 0041h byte 140; a smaller one bounds blocks
  std::optional<bool> abort_advertised;             ///< 0041h byte 137 bit 0
  std::optional<Duration> advertised_start;         ///< MaxDurationStart and so on
  std::optional<Duration> advertised_abort;
  std::optional<Duration> advertised_write;
  std::optional<Duration> advertised_complete;
  std::optional<Duration> advertised_copy;
  std::uint8_t busy_time_code = 0x80;  ///< 01h:166, whose bit 7 is told in two ways

  // Its replies.
  unsigned query_reply_bytes = 2;                     ///< of 0000h: 2 or 3
  std::optional<std::uint8_t> features_reply_length;  ///< RPLLength of 0041h
  std::optional<std::uint8_t> info_reply_length;      ///< RPLLength of 0100h
  ReplyCheck reply_check = ReplyCheck::kLpl;
  bool bank_report_always_a = false;  ///< 0100h calls what runs A, and committed

  // Its status and its flags.
  Duration status_zero{0};         ///< status 00h for so long behind a trigger
  Duration stale_status{0};        ///< the status of the last command for so long behind a trigger
  bool completion_flag = true;     ///< false: byte 8 bits 6 and 7 are never set
  bool flag_thief = false;         ///< another reader always comes first: byte 8 is always 0
  Duration second_host_period{0};  ///< another host comes by so often; zero: there is none
  SecondHostAct second_host = SecondHostAct::kBoth;

  // What it does with a download.
  bool image_size_without_header = false;  ///< ImageSize of Start counts from behind the header
  bool block_address_with_header = false;  ///< BlockAddress counts from the beginning of the image
  Duration quiet_after_complete{0};        ///< NACKs everything for so long

  // What it does about Run and Commit.
  CdbStatus commit_refusal = CdbStatus::kNotNow;  ///< of a Commit that comes too early
  Duration commit_not_before{0};                  ///< behind Ready
  Duration commit_after_run{0};                   ///< behind the end of Run
  bool hitless_resets = false;   ///< what was asked to be hitless resets all the same
  bool answers_in_boot = false;  ///< answers in ModulePwrUp, never NACKs

  // What it does elsewhere.
  bool single_byte_page_select = false;  ///< bytes 126 and 127 only take writes of one byte
  PasswordWay password_by = PasswordWay::kBoth;
};

}  // namespace reflash::emu
