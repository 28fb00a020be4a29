// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_module.h"

#include <nlohmann/json.hpp>

#include <vector>

#include "emu/image_format.h"

namespace reflash::emu {
namespace {

using Json = nlohmann::ordered_json;

Json DescribeBank(const FirmwareBanks& banks, Bank bank) {
  const ImageBank& held = banks.bank(bank);
  return {{"version", held.version().ToString()},
          {"valid", held.valid()},
          {"running", banks.running() == bank},
          {"committed", banks.committed() == bank},
          {"sha256", held.empty() ? "" : Sha256Hex(held.image())},
          {"length", held.image().size()}};
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

Task<std::string> LabModule::Exchange(const LabRequest::Exchange& exchange) {
  const auto* const transfer = std::get_if<LabRequest::Transfer>(&exchange);
  if (transfer == nullptr) co_await WrongExchange("a module", "a transfer");
  std::vector<I2cMessage> messages;
  messages.reserve(transfer->size());
  for (const auto& [write, read] : *transfer) messages.push_back({.write = write, .read = read});
  const I2cReply reply = co_await i2c_->Transfer(messages);
  co_return DescribeReply(reply, *transfer).dump();
}

Result<void> LabModule::AddFault(const LabFault& fault) {
  module_.AddFault(REFLASH_TRY(FaultSettings::Parse(fault.when, fault.nth, fault.effect)));
  return {};
}

std::string LabModule::Dump() {
  const FirmwareBanks& banks = module_.Banks();
  Json described = Json::object();
  for (const auto& [name, bank] : {std::pair("A", Bank::kA), std::pair("B", Bank::kB)}) {
    if (banks.has(bank)) described[name] = DescribeBank(banks, bank);
  }
  const BusCounters& counters = i2c_->counters();
  return Json{{"ok", true},
              {"banks", std::move(described)},
              {"counters",
               {{"transactions", counters.transactions},
                {"bytes", counters.bytes},
                {"nacks", counters.nacks},
                {"bus_busy_s", ToSeconds(counters.bus_busy)},
                {"violations", module_.violations()}}}}
      .dump();
}

}  // namespace reflash::emu
