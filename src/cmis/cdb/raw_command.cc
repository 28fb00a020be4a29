// SPDX-License-Identifier: Apache-2.0
#include "cmis/cdb/raw_command.h"

#include <charconv>

#include "cmis/cdb/commands.h"

namespace reflash::cmis {
namespace {

constexpr std::size_t kReadBlockPayload = 6;

Result<std::uint16_t> ParseId(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  if (digits.ends_with('h')) digits.remove_suffix(1);
  std::uint16_t id = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, id, 16);
  if (error == std::errc() && rest == end && !digits.empty()) return id;
  return Fail(ErrorCode::kInvalidArgument,
              "'{}' is no command: four hexadecimal digits are, such as 0041", text);
}

Result<Bytes> ParsePayload(std::string_view digits, std::string_view name, std::size_t most) {
  Result<Bytes> bytes = FromHex(digits);
  if (!bytes) {
    return Fail(Error(ErrorCode::kInvalidArgument, fmt::format("the {} payload", name))
                    .Because(bytes.error()));
  }
  if (bytes->size() <= most) return bytes;
  return Fail(ErrorCode::kInvalidArgument, "the {} payload has {} bytes; at most {} fit", name,
              bytes->size(), most);
}

}  // namespace

Result<RawCommand> RawCommand::Parse(std::string_view id, std::string_view lpl,
                                     std::string_view epl, std::size_t epl_reply_bytes) {
  RawCommand command{.id = REFLASH_TRY(ParseId(id)),
                     .lpl = REFLASH_TRY(ParsePayload(lpl, "local", Command::kLargestLpl)),
                     .epl = REFLASH_TRY(ParsePayload(epl, "extended", kLargestEplBlock)),
                     .epl_reply_bytes = epl_reply_bytes};
  const bool tells = command.id == command_id::kReadBlockEpl && epl_reply_bytes == 0 &&
                     command.lpl.size() >= kReadBlockPayload;
  if (tells) {
    command.epl_reply_bytes =
        LoadBigEndian<std::uint16_t>(ByteView(command.lpl).subspan(kBlockAddressBytes));
  }
  if (command.epl_reply_bytes <= kLargestEplBlock) return command;
  return Fail(ErrorCode::kInvalidArgument, "a reply of {} bytes; the extended payload has {}",
              command.epl_reply_bytes, kLargestEplBlock);
}

Command RawCommand::AsCommand() const {
  return {.id = id,
          .lpl = lpl,
          .epl = epl,
          .epl_reply_bytes = epl_reply_bytes,
          .reply_bytes = epl_reply_bytes > 0 ? 0 : Command::kLargestLpl};
}

}  // namespace reflash::cmis
