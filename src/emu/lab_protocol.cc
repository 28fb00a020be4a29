// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_protocol.h"

#include <nlohmann/json.hpp>

#include <utility>

#include "emu/image_format.h"

namespace reflash::emu {
namespace {

using Json = nlohmann::ordered_json;

std::string Line(const Json& reply) {
  return reply.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ErrorLine(const LabRequest& request, const std::string& sentence) {
  return Line({{"id", Json::parse(request.id)}, {"error", sentence}});
}

Json DescribeBank(const FirmwareBanks& banks, Bank bank) {
  const ImageBank& held = banks.bank(bank);
  return {{"version", held.version().ToString()},
          {"valid", held.valid()},
          {"running", banks.running() == bank},
          {"committed", banks.committed() == bank},
          {"sha256", held.empty() ? "" : Sha256Hex(held.image())},
          {"length", held.image().size()}};
}

Json Dump(LabSlot& slot) {
  const FirmwareBanks& banks = slot.module().Banks();
  Json described = Json::object();
  for (const auto& [name, bank] : {std::pair("A", Bank::kA), std::pair("B", Bank::kB)}) {
    if (banks.has(bank)) described[name] = DescribeBank(banks, bank);
  }
  const BusCounters& counters = slot.i2c().counters();
  return {{"ok", true},
          {"banks", std::move(described)},
          {"counters",
           {{"transactions", counters.transactions},
            {"bytes", counters.bytes},
            {"nacks", counters.nacks},
            {"bus_busy_s", ToSeconds(counters.bus_busy)},
            {"violations", slot.module().violations()}}}};
}

Json CarryOut(LabRequest::Control control, LabSlot& slot) {
  EmulatedModule& module = slot.module();
  switch (control) {
    case LabRequest::Control::kPowerCycle:
      module.PowerCycle();
      break;
    case LabRequest::Control::kReset:
      module.Reset();
      break;
    case LabRequest::Control::kRemove:
      module.Remove();
      break;
    case LabRequest::Control::kInsert:
      module.Insert();
      break;
    case LabRequest::Control::kDump:
      return Dump(slot);
  }
  return {{"ok", true}};
}

Json DescribeReply(const I2cReply& reply, const LabRequest::Transfer& transfer) {
  if (!reply.acknowledged()) return {{"ack", false}, {"at", *reply.not_acknowledged_at}};
  Json read = Json::array();
  ByteView rest = reply.read;
  for (const LabRequest::Message& message : transfer) {
    if (message.read == 0) continue;
    read.push_back(ToHex(rest.first(message.read)));
    rest = rest.subspan(message.read);
  }
  return {{"ack", true}, {"read", std::move(read)}};
}

}  // namespace

Task<std::string> LabProtocol::Answer(LabRequest request) {
  if (!request.action) co_return ErrorLine(request, request.action.error().Message());
  LabSlot* const slot = lab_.Find(request.port);
  if (slot == nullptr) co_return ErrorLine(request, "no such port");
  Json reply = {{"id", Json::parse(request.id)}};
  if (const auto* const fault = std::get_if<FaultSettings>(&*request.action)) {
    slot->module().AddFault(*fault);
    reply["ok"] = true;
  } else if (const auto* const control = std::get_if<LabRequest::Control>(&*request.action)) {
    reply.update(CarryOut(*control, *slot));
  } else {
    const auto& transfer = std::get<LabRequest::Transfer>(*request.action);
    std::vector<I2cMessage> messages;
    messages.reserve(transfer.size());
    for (const auto& [write, read] : transfer) messages.push_back({.write = write, .read = read});
    const Result<I2cReply> answer = co_await Outcome(slot->i2c().Transfer(messages));
    if (!answer) co_return ErrorLine(request, answer.error().Message());
    reply.update(DescribeReply(*answer, transfer));
  }
  co_return Line(reply);
}

}  // namespace reflash::emu
