// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_card.h"

#include <nlohmann/json.hpp>

#include "emu/image_format.h"

namespace reflash::emu {
namespace {

using Json = nlohmann::ordered_json;
using Access = LabRequest::RegisterAccess;

/// The addresses and lengths were checked; whether the card has such registers it says itself.
Result<void> CheckRange(const EmulatedCard& card, const Access& access) {
  constexpr std::size_t kWord = 4;
  const bool block = access.kind == Access::Kind::kReadBlock;
  const std::size_t count = block ? access.count : std::max(access.data.size(), kWord);
  return card.CheckRange(access.address, count, access.order);
}

Json DescribeBank(const CardBanks& banks, CardPage page) {
  const CardBank& held = banks.bank(page);
  return {{"version", held.version.ToString()},
          {"valid", held.valid},
          {"running", banks.IsRunning(page)},
          {"committed", banks.IsCommitted(page)},
          {"sha256", held.sha256},
          {"length", held.length}};
}

}  // namespace

Task<std::string> LabCard::Exchange(const LabRequest::Exchange& exchange) {
  const auto* const accesses = std::get_if<LabRequest::Registers>(&exchange);
  if (accesses == nullptr) co_await WrongExchange("a card", "registers");
  for (const Access& access : *accesses) co_await CheckRange(card_, access);
  Json values = Json::array();
  for (const Access& access : *accesses) {
    switch (access.kind) {
      case Access::Kind::kRead:
        values.push_back(co_await registers_.Read(access.address));
        break;
      case Access::Kind::kReadBlock:
        values.push_back(
            ToHex(co_await registers_.ReadBlock(access.address, access.count, access.order)));
        break;
      case Access::Kind::kWrite:
        co_await registers_.Write(access.address, access.value);
        break;
      case Access::Kind::kWriteBlock:
        co_await registers_.WriteBlock(access.address, access.data, access.order);
        break;
    }
  }
  co_return Json{{"values", std::move(values)}}.dump();
}

Result<void> LabCard::AddFault(const LabFault& fault) {
  card_.AddFault(REFLASH_TRY(CardFault::Parse(fault.when, fault.nth, fault.effect)));
  return {};
}

std::string LabCard::Dump() {
  const BoardController& controller = card_.Controller();
  const CardBanks& banks = controller.banks();
  Json described = Json::object();
  for (const CardPage page : banks.pages()) {
    described[std::string(banks.NameOf(page))] = DescribeBank(banks, page);
  }
  const CardCounters counters = card_.counters();
  const Bytes staged = controller.staging().Contents();
  return Json{{"ok", true},
              {"banks", std::move(described)},
              {"counters",
               {{"accesses", counters.accesses},
                {"bytes", counters.bytes},
                {"doorbell_reads", counters.doorbell_reads},
                {"reloads", counters.reloads},
                {"update_count", controller.flash().update_count()},
                {"staged_sha256", staged.empty() ? "" : Sha256Hex(staged)},
                {"staged_length", staged.size()},
                {"violations", card_.violations()}}}}
      .dump();
}

}  // namespace reflash::emu
