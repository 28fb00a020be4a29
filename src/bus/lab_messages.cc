// SPDX-License-Identifier: Apache-2.0
#include "bus/lab_messages.h"

#include <nlohmann/json.hpp>

#include <algorithm>
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

Result<LabReply::Answer> ParseAnswer(const Json& reply) {
  if (const Json* const error = FindMember(reply, "error")) return Fail(ReportedError(*error));
  if (const Json* const values = FindMember(reply, "values")) return ParseValues(*values);
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
  if (answer.values) return WrongMember("ack");
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

}  // namespace reflash
