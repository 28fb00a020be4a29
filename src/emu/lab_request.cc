// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "emu/adapter/adapter_fault.h"

namespace reflash::emu {
namespace {

using Json = nlohmann::json;
using Action = std::variant<LabRequest::Exchange, LabRequest::Control, LabFault>;
using Access = LabRequest::RegisterAccess;

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

Result<LabRequest::Exchange> ParseTransfer(const Json& messages) {
  if (!messages.is_array() || messages.size() > LabRequest::kMostMessages) {
    return Fail(ErrorCode::kInvalidArgument, "a transfer is a list of at most {} messages",
                LabRequest::kMostMessages);
  }
  LabRequest::Transfer transfer;
  for (const Json& message : messages) transfer.push_back(REFLASH_TRY(ParseMessage(message)));
  return transfer;
}

// The registers of a card.

constexpr std::size_t kWordBytes = 4;

Result<std::uint64_t> ParseAddress(const Json& object, const char* key) {
  const auto address = FindNumber(object, key, 0, std::numeric_limits<std::uint64_t>::max());
  if (address && *address % kWordBytes == 0) return *address;
  return Fail(ErrorCode::kInvalidArgument, "\"{}\" is an address, a multiple of 4", key);
}

Result<Access> ParseRead(const Json& object) {
  Access access{.kind = Access::Kind::kRead, .address = REFLASH_TRY(ParseAddress(object, "read"))};
  if (object.size() == 1) return access;
  const auto count = FindNumber(object, "count", kWordBytes, LabRequest::kMostAccessBytes);
  const auto fifo = object.find("fifo");
  const bool in_order = fifo == object.end();
  const bool sensible = count && *count % kWordBytes == 0 && (in_order || fifo->is_boolean()) &&
                        object.size() == (in_order ? 2U : 3U);
  if (!sensible) {
    return Fail(ErrorCode::kInvalidArgument,
                "beside \"read\" stand \"count\", a multiple of 4 up to {}, and \"fifo\"",
                LabRequest::kMostAccessBytes);
  }
  access.kind = Access::Kind::kReadBlock;
  access.count = *count;
  if (!in_order && fifo->get<bool>()) access.order = BlockOrder::kFifo;
  return access;
}

Result<Access> ParseWrite(const Json& object) {
  const auto value = FindNumber(object, "value", 0, std::numeric_limits<std::uint32_t>::max());
  if (!value || object.size() != 2) {
    return Fail(ErrorCode::kInvalidArgument, "beside \"write\" stands \"value\", of 32 bits");
  }
  return Access{.kind = Access::Kind::kWrite,
                .address = REFLASH_TRY(ParseAddress(object, "write")),
                .value = static_cast<std::uint32_t>(*value)};
}

Result<Access> ParseWriteBlock(const Json& object, const char* key, BlockOrder order) {
  const std::string* const digits = FindText(object, "data");
  if (digits == nullptr || object.size() != 2) {
    return Fail(ErrorCode::kInvalidArgument, "beside \"{}\" stands \"data\"", key);
  }
  Access access{.kind = Access::Kind::kWriteBlock,
                .address = REFLASH_TRY(ParseAddress(object, key)),
                .order = order,
                .data = REFLASH_TRY(FromHex(*digits))};
  if (access.data.empty() || access.data.size() % kWordBytes != 0) {
    return Fail(ErrorCode::kInvalidArgument, "{} bytes of data are not words of 4",
                access.data.size());
  }
  return access;
}

Result<Access> ParseAccess(const Json& object) {
  if (object.is_object()) {
    if (object.contains("read")) return ParseRead(object);
    if (object.contains("write")) return ParseWrite(object);
    if (object.contains("block")) return ParseWriteBlock(object, "block", BlockOrder::kAscending);
    if (object.contains("fifo")) return ParseWriteBlock(object, "fifo", BlockOrder::kFifo);
  }
  return Fail(ErrorCode::kInvalidArgument, "an access is a read, a write, a block or a fifo");
}

Result<LabRequest::Exchange> ParseRegisters(const Json& accesses) {
  if (!accesses.is_array() || accesses.size() > LabRequest::kMostAccesses) {
    return Fail(ErrorCode::kInvalidArgument, "registers are a list of at most {} accesses",
                LabRequest::kMostAccesses);
  }
  LabRequest::Registers registers;
  std::size_t bytes = 0;
  for (const Json& access : accesses) {
    registers.push_back(REFLASH_TRY(ParseAccess(access)));
    bytes += registers.back().count + registers.back().data.size();
    if (bytes > LabRequest::kMostAccessBytes) {
      return Fail(ErrorCode::kInvalidArgument, "registers of more than {} bytes in one request",
                  LabRequest::kMostAccessBytes);
    }
  }
  return registers;
}

// The platform of an adapter.

Result<LabRequest::Exchange> ParseCall(const Json& call) {
  const std::string* const word = call.is_object() ? FindText(call, "op") : nullptr;
  if (word == nullptr) return Fail(ErrorCode::kInvalidArgument, "an hcall has the text \"op\"");
  LabRequest::FacilityCall parsed{.operation = REFLASH_TRY(ParseOperation(*word))};
  const auto token = FindNumber(call, "token", 0, std::numeric_limits<std::uint64_t>::max());
  const auto list = call.find("list");
  const bool sensible = token && (list == call.end() || list->is_array()) &&
                        call.size() == (list == call.end() ? 2U : 3U);
  if (!sensible) {
    return Fail(ErrorCode::kInvalidArgument, "an hcall has \"op\", a \"token\" and a \"list\"");
  }
  parsed.token = *token;
  if (list == call.end()) return parsed;
  if (list->size() > PlatformFacility::kMostEntries) {
    return Fail(ErrorCode::kInvalidArgument, "a list of {} buffers; {} are allowed", list->size(),
                PlatformFacility::kMostEntries);
  }
  for (const Json& buffer : *list) {
    const auto* const digits = buffer.get_ptr<const std::string*>();
    if (digits == nullptr) {
      return Fail(ErrorCode::kInvalidArgument, "a buffer of a list is hexadecimal digits");
    }
    parsed.list.push_back(REFLASH_TRY(FromHex(*digits)));
  }
  return parsed;
}

/// What is done over a bus, by the name of its member.
struct ExchangeParser {
  const char* member;
  Result<LabRequest::Exchange> (*parse)(const Json&);
};
constexpr auto kExchanges = std::to_array<ExchangeParser>({
    {"transfer", &ParseTransfer},
    {"registers", &ParseRegisters},
    {"hcall", &ParseCall},
});

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
  return LabFault{.when = *when, .nth = static_cast<std::uint32_t>(*nth), .effect = *effect};
}

Result<Action> ParseControl(const Json& request) {
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

Result<Action> ParseAction(const Json& request) {
  const auto asked = [&](const ExchangeParser& exchange) {
    return request.contains(exchange.member);
  };
  const bool controls = request.contains("control");
  const auto exchanges = std::ranges::count_if(kExchanges, asked);
  if (exchanges + (controls ? 1 : 0) != 1) {
    return Fail(ErrorCode::kInvalidArgument,
                "a request has one of a transfer, registers, an hcall or a control");
  }
  if (controls) return ParseControl(request);
  const auto* const exchange = std::ranges::find_if(kExchanges, asked);
  return REFLASH_TRY(exchange->parse(request[exchange->member]));
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
