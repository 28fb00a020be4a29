// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace reflash::emu {
namespace {

using Json = nlohmann::json;
using Action = std::variant<LabRequest::Transfer, LabRequest::Control, FaultSettings>;

constexpr std::array<std::pair<std::string_view, LabRequest::Control>, 5> kControls = {
    {{"power-cycle", LabRequest::Control::kPowerCycle},
     {"reset", LabRequest::Control::kReset},
     {"remove", LabRequest::Control::kRemove},
     {"insert", LabRequest::Control::kInsert},
     {"dump", LabRequest::Control::kDump}}};

const std::string* FindText(const Json& object, const char* key) {
  const auto member = object.find(key);
  return member == object.end() ? nullptr : member->get_ptr<const std::string*>();
}

/// The whole number at `key`, when it is one from `least` to `most`.
std::optional<std::uint64_t> FindNumber(const Json& object, const char* key, std::uint64_t least,
                                        std::uint64_t most) {
  const auto member = object.find(key);
  if (member == object.end()) return std::nullopt;
  const auto* const number = member->get_ptr<const Json::number_unsigned_t*>();
  if (number == nullptr || *number < least || *number > most) return std::nullopt;
  return *number;
}

Result<LabRequest::Message> ParseMessage(const Json& object) {
  constexpr std::size_t kLongest = LabRequest::kLongestMessage;
  if (!object.is_object() || object.size() != 1) {
    return Fail(ErrorCode::kInvalidArgument, "a message is either a write or a read");
  }
  if (const std::string* const digits = FindText(object, "write")) {
    LabRequest::Message message{.write = REFLASH_TRY(FromHex(*digits))};
    if (message.write.size() > kLongest) {
      return Fail(ErrorCode::kInvalidArgument, "a write of {} bytes; {} are allowed",
                  message.write.size(), kLongest);
    }
    return message;
  }
  if (const auto count = FindNumber(object, "read", 1, kLongest)) {
    return LabRequest::Message{.read = *count};
  }
  return Fail(ErrorCode::kInvalidArgument,
              "a message is \"write\" with hexadecimal digits or \"read\" with 1 to {} bytes",
              kLongest);
}

Result<Action> ParseTransfer(const Json& messages) {
  if (!messages.is_array() || messages.size() > LabRequest::kMostMessages) {
    return Fail(ErrorCode::kInvalidArgument, "a transfer is a list of at most {} messages",
                LabRequest::kMostMessages);
  }
  LabRequest::Transfer transfer;
  for (const Json& message : messages) transfer.push_back(REFLASH_TRY(ParseMessage(message)));
  return transfer;
}

Result<Action> ParseFault(const Json& request) {
  const std::string* const when = FindText(request, "when");
  const std::string* const effect = FindText(request, "do");
  if (when == nullptr || effect == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, "a fault has the texts \"when\" and \"do\"");
  }
  std::optional<std::uint64_t> nth = 1;
  if (request.contains("nth")) {
    nth = FindNumber(request, "nth", 1, std::numeric_limits<std::uint32_t>::max());
  }
  if (!nth) return Fail(ErrorCode::kInvalidArgument, "nth is a whole number from 1");
  return FaultSettings::Parse(*when, static_cast<std::uint32_t>(*nth), *effect);
}

Result<Action> ParseAction(const Json& request) {
  const auto transfer = request.find("transfer");
  const bool controls = request.contains("control");
  if ((transfer != request.end()) == controls) {
    return Fail(ErrorCode::kInvalidArgument, "a request has either a transfer or a control");
  }
  if (!controls) return ParseTransfer(*transfer);
  const std::string* const word = FindText(request, "control");
  if (word == nullptr) return Fail(ErrorCode::kInvalidArgument, "a control is a text");
  if (*word == "fault") return ParseFault(request);
  const auto* const known =
      std::ranges::find(kControls, *word, &decltype(kControls)::value_type::first);
  if (known == kControls.end()) {
    return Fail(ErrorCode::kInvalidArgument, "unknown control '{}'", *word);
  }
  return known->second;
}

LabRequest Refuse(std::string id, const char* sentence) {
  return {
      .id = std::move(id), .port = {}, .action = Fail(ErrorCode::kInvalidArgument, "{}", sentence)};
}

}  // namespace

LabRequest LabRequest::Parse(std::string_view line) {
  const Json request = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!request.is_object()) return Refuse("null", "not a JSON object");
  const auto id = request.find("id");
  if (id == request.end() || !(id->is_number_integer() || id->is_string())) {
    return Refuse("null", "\"id\" must be a whole number or a text");
  }
  const std::string* const port = FindText(request, "port");
  if (port == nullptr) return Refuse(id->dump(), "\"port\" must be a text");
  return {.id = id->dump(), .port = *port, .action = ParseAction(request)};
}

}  // namespace reflash::emu
