// SPDX-License-Identifier: Apache-2.0
#include "bus/recorded_transfer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "bus/transfer_json.h"

namespace reflash {
namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned kFormat = 1;
constexpr double kLongestSeconds = 1e6;
constexpr double kNanosecondsOfSecond = 1e9;
/// How much of a write is shown to people.
constexpr std::size_t kShownBytes = 24;

std::string Line(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::unexpected<Error> WrongMember(std::string_view name) {
  return Fail(ErrorCode::kInvalidArgument, "a missing or wrong '{}'", name);
}

Result<Json> ParseObject(std::string_view line) {
  Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (object.is_object()) return object;
  return Fail(ErrorCode::kInvalidArgument, "no JSON object");
}

/// A number of bytes, at least one.
Result<std::size_t> ParseCount(const Json& object, const char* name) {
  const Json* const count = FindMember(object, name);
  if (count == nullptr || !count->is_number_unsigned() || count->get<std::size_t>() == 0) {
    return WrongMember(name);
  }
  return count->get<std::size_t>();
}

Result<Bytes> ParseBytes(const Json& text, const char* name) {
  if (!text.is_string()) return WrongMember(name);
  Result<Bytes> bytes = FromHex(text.get_ref<const std::string&>());
  if (!bytes) return WrongMember(name);
  return bytes;
}

Result<RecordedMessage> ParseMessage(const Json& message) {
  if (!message.is_object() || message.size() != 1) return WrongMember("transfer");
  if (const Json* const write = FindMember(message, "write")) {
    return RecordedMessage{.write = REFLASH_TRY(ParseBytes(*write, "write"))};
  }
  return RecordedMessage{.write = {}, .read = REFLASH_TRY(ParseCount(message, "read"))};
}

Result<std::vector<RecordedMessage>> ParseMessages(const Json& object) {
  const Json* const transfer = FindMember(object, "transfer");
  if (transfer == nullptr || !transfer->is_array()) return WrongMember("transfer");
  std::vector<RecordedMessage> messages;
  for (const Json& message : *transfer) messages.push_back(REFLASH_TRY(ParseMessage(message)));
  return messages;
}

Result<Duration> ParseTime(const Json& object) {
  const Json* const time = FindMember(object, "t");
  if (time == nullptr || !time->is_number()) return WrongMember("t");
  const auto seconds = time->get<double>();
  const bool possible = seconds >= 0 && seconds <= kLongestSeconds;
  if (!possible) return WrongMember("t");
  return Duration(std::llround(seconds * kNanosecondsOfSecond));
}

/// What all read messages received.
Result<Bytes> ParseReads(const Json& object, const std::vector<RecordedMessage>& messages) {
  const Json* const found = FindMember(object, "read");
  const Json reads = found == nullptr ? Json::array() : *found;
  if (!reads.is_array()) return WrongMember("read");
  Bytes gathered;
  auto next = reads.begin();
  for (const RecordedMessage& message : messages) {
    if (message.read == 0) continue;
    if (next == reads.end()) return WrongMember("read");
    const Bytes bytes = REFLASH_TRY(ParseBytes(*next++, "read"));
    if (bytes.size() != message.read) return WrongMember("read");
    Append(gathered, bytes);
  }
  if (next != reads.end()) return WrongMember("read");
  return gathered;
}

/// The Error of the bus that was recorded.
Result<Error> ParseBusError(const Json& object, const Json& error) {
  const Json* const message = FindMember(object, "message");
  if (message == nullptr || !message->is_string()) return WrongMember("message");
  if (!error.is_string()) return WrongMember("error");
  const std::optional<ErrorCode> code = ErrorCodeFromWord(error.get_ref<const std::string&>());
  if (!code) return WrongMember("error");
  return Error(*code, PrintableText(AsBytes(message->get_ref<const std::string&>())));
}

Result<I2cReply> ParseReply(const Json& object, const std::vector<RecordedMessage>& messages) {
  const Json* const acknowledged = FindMember(object, "ack");
  if (acknowledged == nullptr || !acknowledged->is_boolean()) return WrongMember("ack");
  if (acknowledged->get<bool>()) return I2cReply{.read = REFLASH_TRY(ParseReads(object, messages))};
  const Json* const at = FindMember(object, "at");
  if (at == nullptr || !at->is_number_unsigned() || at->get<std::size_t>() >= messages.size()) {
    return WrongMember("at");
  }
  return I2cReply{.not_acknowledged_at = at->get<std::size_t>()};
}

void AddReply(Json& object, const RecordedTransfer& transfer) {
  const Result<I2cReply>& reply = transfer.reply;
  if (!reply) {
    object["error"] = ErrorWord(reply.error().code());
    object["message"] = reply.error().Message();
    return;
  }
  object["ack"] = reply->acknowledged();
  if (!reply->acknowledged()) {
    object["at"] = *reply->not_acknowledged_at;
    return;
  }
  ByteView left = reply->read;
  Json reads = Json::array();
  for (const RecordedMessage& message : transfer.messages) {
    if (message.read == 0) continue;
    reads.push_back(ToHex(left.first(message.read)));
    left = left.subspan(message.read);
  }
  if (!reads.empty()) object["read"] = std::move(reads);
}

bool Same(ByteView recorded, ByteView sent, bool masked) {
  return std::ranges::equal(recorded, sent, [masked](std::byte one, std::byte other) {
    return one == other || (masked && one == std::byte{0});
  });
}

}  // namespace

std::string RecordingHeader::ToLine() const {
  return Line({{"recording", kFormat},
               {"port", hardware_address},
               {"max_write", limits.max_write_bytes},
               {"max_read", limits.max_read_bytes}});
}

Result<RecordingHeader> RecordingHeader::Parse(std::string_view line) {
  const Json object = REFLASH_TRY(ParseObject(line));
  const Json* const format = FindMember(object, "recording");
  if (format == nullptr || *format != kFormat) return WrongMember("recording");
  const Json* const port = FindMember(object, "port");
  if (port == nullptr || !port->is_string()) return WrongMember("port");
  return RecordingHeader{
      .hardware_address = PrintableText(AsBytes(port->get_ref<const std::string&>())),
      .limits = {.max_write_bytes = REFLASH_TRY(ParseCount(object, "max_write")),
                 .max_read_bytes = REFLASH_TRY(ParseCount(object, "max_read"))}};
}

bool RecordedTransfer::IsPoll() const {
  const bool reads =
      std::ranges::any_of(messages, [](const auto& message) { return message.read > 0; });
  return reads || (reply && !reply->acknowledged());
}

bool RecordedTransfer::Matches(std::span<const I2cMessage> sent) const {
  return std::ranges::equal(messages, sent,
                            [this](const RecordedMessage& one, const I2cMessage& other) {
                              return one.read == other.read && Same(one.write, other.write, masked);
                            });
}

bool RecordedTransfer::AsksTheSame(const RecordedTransfer& other) const {
  return Matches(ViewsOf(other.messages));
}

std::string RecordedTransfer::ToLine() const {
  Json object{{"t", static_cast<double>(at.count()) / kNanosecondsOfSecond},
              {"transfer", TransferToJson<Json>(messages)}};
  AddReply(object, *this);
  if (masked) object["masked"] = true;
  return Line(object);
}

Result<RecordedTransfer> RecordedTransfer::Parse(std::string_view line) {
  const Json object = REFLASH_TRY(ParseObject(line));
  RecordedTransfer transfer{.at = REFLASH_TRY(ParseTime(object)),
                            .messages = REFLASH_TRY(ParseMessages(object)),
                            .reply = {}};
  if (const Json* const masked = FindMember(object, "masked")) {
    if (!masked->is_boolean()) return WrongMember("masked");
    transfer.masked = masked->get<bool>();
  }
  if (const Json* const error = FindMember(object, "error")) {
    transfer.reply = Fail(REFLASH_TRY(ParseBusError(object, *error)));
  } else {
    transfer.reply = REFLASH_TRY(ParseReply(object, transfer.messages));
  }
  return transfer;
}

std::string TransferText(std::span<const I2cMessage> messages) {
  std::string text;
  for (const I2cMessage& message : messages) {
    if (!text.empty()) text += ' ';
    if (message.read > 0) {
      text += fmt::format("R{}", message.read);
    } else if (message.write.size() <= kShownBytes) {
      text += "W" + ToHex(message.write);
    } else {
      text += fmt::format("W{}.. ({} bytes)", ToHex(message.write.first(kShownBytes)),
                          message.write.size());
    }
  }
  return text.empty() ? "nothing" : text;
}

std::vector<I2cMessage> ViewsOf(const std::vector<RecordedMessage>& messages) {
  std::vector<I2cMessage> views;
  views.reserve(messages.size());
  for (const RecordedMessage& message : messages) {
    views.push_back({.write = message.write, .read = message.read});
  }
  return views;
}

}  // namespace reflash
