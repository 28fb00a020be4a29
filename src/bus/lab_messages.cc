// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_messages.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "bus/transfer_json.h"

namespace reflash {
namespace {

using Json = nlohmann::json;
constexpr std::string_view kNoSuchPort = "no such port";

std::unexpected<Error> WrongMember(std::string_view name) {
  return Fail(ErrorCode::kRwError, "the lab's reply has a missing or wrong '{}'", name);
}

Error ReportedError(const Json& error) {
  if (!error.is_string()) return WrongMember("error").error();
  const auto& words = error.get_ref<const std::string&>();
  const ErrorCode code = words == kNoSuchPort ? ErrorCode::kNotFound : ErrorCode::kRwError;
  return {code, "the lab says: " + PrintableText(AsBytes(words))};
}

Result<std::vector<Bytes>> ParseReads(const Json& reads) {
  if (!reads.is_array()) return WrongMember("read");
  std::vector<Bytes> parsed;
  for (const Json& read : reads) {
    if (!read.is_string()) return WrongMember("read");
    Result<Bytes> bytes = FromHex(read.get_ref<const std::string&>());
    if (!bytes) {
      return Fail(Error(ErrorCode::kRwError, "the lab's reply has bad bytes in 'read'")
                      .Because(std::move(bytes).error()));
    }
    parsed.push_back(*std::move(bytes));
  }
  return parsed;
}

Result<LabValue> ParseValue(const Json& value) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() <= 0xFFFFFFFF) {
    return LabValue(value.get<std::uint32_t>());
  }
  if (!value.is_string()) return WrongMember("values");
  Result<Bytes> bytes = FromHex(value.get_ref<const std::string&>());
  if (!bytes) return WrongMember("values");
  return LabValue(*std::move(bytes));
}

Result<LabReply::Answer> ParseValues(const Json& values) {
  if (!values.is_array()) return WrongMember("values");
  std::vector<LabValue> parsed;
  for (const Json& value : values) parsed.push_back(REFLASH_TRY(ParseValue(value)));
  return LabReply::Answer{.values = std::move(parsed)};
}

/// Whether a whole number fits a signed one.
bool IsSigned(const Json& number) {
  return !number.is_number_unsigned() || std::in_range<std::int64_t>(number.get<std::uint64_t>());
}

Result<LabReply::Answer> ParseFacility(const Json& code, const Json& reply) {
  if (!code.is_number_integer() || !IsSigned(code)) return WrongMember("rc");
  const Json* const token = FindMember(reply, "token");
  if (token == nullptr || !token->is_number_unsigned()) return WrongMember("token");
  FacilityReply parsed{.code = code.get<std::int64_t>(), .token = token->get<std::uint64_t>()};
  if (const Json* const data = FindMember(reply, "data")) {
    Result<Bytes> bytes = Fail(ErrorCode::kRwError, "");
    if (data->is_string()) bytes = FromHex(data->get_ref<const std::string&>());
    if (!bytes) return WrongMember("data");
    parsed.data = *std::move(bytes);
  }
  return LabReply::Answer{.facility = std::move(parsed)};
}

Result<LabReply::Answer> ParseAnswer(const Json& reply) {
  if (const Json* const error = FindMember(reply, "error")) return Fail(ReportedError(*error));
  if (const Json* const values = FindMember(reply, "values")) return ParseValues(*values);
  if (const Json* const code = FindMember(reply, "rc")) return ParseFacility(*code, reply);
  const Json* const acknowledged = FindMember(reply, "ack");
  if (acknowledged == nullptr || !acknowledged->is_boolean()) return WrongMember("ack");
  LabReply::Answer answer{.acknowledged = acknowledged->get<bool>()};
  if (!answer.acknowledged) {
    const Json* const at = FindMember(reply, "at");
    if (at == nullptr || !at->is_number_unsigned()) return WrongMember("at");
    answer.not_acknowledged_at = at->get<std::size_t>();
    return answer;
  }
  if (const Json* const reads = FindMember(reply, "read"))
    answer.read = REFLASH_TRY(ParseReads(*reads));
  return answer;
}

Json AccessToJson(const LabAccess& access) {
  const bool fifo = access.order == BlockOrder::kFifo;
  switch (access.kind) {
    case LabAccess::Kind::kRead:
      return {{"read", access.address}};
    case LabAccess::Kind::kWrite:
      return {{"write", access.address}, {"value", access.value}};
    case LabAccess::Kind::kWriteBlock:
      return {{fifo ? "fifo" : "block", access.address}, {"data", ToHex(access.data)}};
    case LabAccess::Kind::kReadBlock:
      break;
  }
  Json read{{"read", access.address}, {"count", access.count}};
  if (fifo) read["fifo"] = true;
  return read;
}

std::string ToLine(const Json& request) {
  return request.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

bool Answers(const LabValue& value, const LabAccess& access) {
  if (access.kind == LabAccess::Kind::kRead) return std::holds_alternative<std::uint32_t>(value);
  const auto* const block = std::get_if<Bytes>(&value);
  return block != nullptr && block->size() == access.count;
}

/// In the order of FacilityOperation.
constexpr std::array<std::string_view, 4> kFacilityOperations{"download", "validate", "reset",
                                                              "vpd"};

}  // namespace

std::string LabTransferLine(std::uint64_t id, std::string_view port,
                            std::span<const I2cMessage> messages) {
  return ToLine({{"id", id}, {"port", port}, {"transfer", TransferToJson<Json>(messages)}});
}

std::string LabRegistersLine(std::uint64_t id, std::string_view port,
                             std::span<const LabAccess> accesses) {
  Json registers = Json::array();
  for (const LabAccess& access : accesses) registers.push_back(AccessToJson(access));
  return ToLine({{"id", id}, {"port", port}, {"registers", std::move(registers)}});
}

// By hand, since a chunk is megabytes of digits, which a JSON value would hold a second time.
std::string LabFacilityLine(std::uint64_t id, std::string_view port, FacilityOperation operation,
                            std::uint64_t token, std::span<const ByteView> list) {
  const Json name(port);
  std::string line =
      fmt::format(R"({{"id":{},"port":{},"hcall":{{"op":"{}","token":{},"list":[)", id,
                  name.dump(-1, ' ', false, Json::error_handler_t::replace),
                  kFacilityOperations.at(static_cast<std::size_t>(operation)), token);
  for (const ByteView buffer : list) {
    if (line.back() == '"') line += ',';
    line += '"' + ToHex(buffer) + '"';
  }
  return line + "]}}\n";
}

Result<LabReply> ParseLabReply(std::string_view line) {
  const Json reply = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  const Json* const id = reply.is_object() ? FindMember(reply, "id") : nullptr;
  if (id == nullptr || !id->is_number_unsigned()) {
    return Fail(ErrorCode::kRwError, "the lab sent a line that is no reply: {}",
                PrintableText(AsBytes(line.substr(0, 60))));
  }
  return LabReply{.id = id->get<std::uint64_t>(), .answer = ParseAnswer(reply)};
}

Result<I2cReply> MatchLabAnswer(LabReply::Answer answer, std::span<const I2cMessage> messages) {
  if (answer.values || answer.facility) return WrongMember("ack");
  if (!answer.acknowledged) {
    if (answer.not_acknowledged_at >= messages.size()) return WrongMember("at");
    return I2cReply{.not_acknowledged_at = answer.not_acknowledged_at};
  }
  I2cReply reply;
  auto next = answer.read.begin();
  for (const I2cMessage& message : messages) {
    if (message.read == 0) continue;
    if (next == answer.read.end()) {
      return Fail(ErrorCode::kRwError, "the lab answered {} reads and left one out",
                  answer.read.size());
    }
    if (next->size() != message.read) {
      return Fail(ErrorCode::kRwError, "the lab answered a read of {} bytes with {}", message.read,
                  next->size());
    }
    Append(reply.read, *next++);
  }
  if (next != answer.read.end()) {
    return Fail(ErrorCode::kRwError, "the lab answered more reads than were asked for");
  }
  return reply;
}

Result<std::vector<LabValue>> MatchLabValues(LabReply::Answer answer,
                                             std::span<const LabAccess> accesses) {
  if (!answer.values) return WrongMember("values");
  auto next = answer.values->begin();
  for (const LabAccess& access : accesses) {
    const bool reads =
        access.kind == LabAccess::Kind::kRead || access.kind == LabAccess::Kind::kReadBlock;
    if (!reads) continue;
    if (next == answer.values->end() || !Answers(*next, access)) {
      return Fail(ErrorCode::kRwError, "the lab did not answer a read at register {:#x}",
                  access.address);
    }
    ++next;
  }
  if (next != answer.values->end()) {
    return Fail(ErrorCode::kRwError, "the lab answered more reads than were asked for");
  }
  return *std::move(answer.values);
}

Result<FacilityReply> MatchLabFacility(LabReply::Answer answer) {
  if (!answer.facility) return WrongMember("rc");
  return *std::move(answer.facility);
}

}  // namespace reflash
