// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_adapter.h"

#include <nlohmann/json.hpp>

#include <vector>

#include "emu/image_format.h"

namespace reflash::emu {
namespace {

using Json = nlohmann::ordered_json;

Json DescribeBanks(const AdapterBanks& banks) {
  const ImageBank& user = banks.user();
  return {{"user",
           {{"version", user.version().ToString()},
            {"valid", user.valid()},
            {"running", banks.user_runs()},
            {"committed", true},
            {"sha256", Sha256Hex(user.image())},
            {"length", user.image().size()}}},
          {"factory",
           {{"version", banks.factory_version().ToString()},
            {"valid", true},
            {"running", banks.factory_runs()},
            {"committed", false},
            {"sha256", ""},
            {"length", 0}}}};
}

}  // namespace

Task<std::string> LabAdapter::Exchange(const LabRequest::Exchange& exchange) {
  const auto* const call = std::get_if<LabRequest::FacilityCall>(&exchange);
  if (call == nullptr) co_await WrongExchange("an adapter", "an hcall");
  const std::vector<ByteView> list(call->list.begin(), call->list.end());
  const FacilityReply reply = co_await facility_.Call(call->operation, call->token, list);
  Json members{{"rc", reply.code}, {"token", reply.token}};
  if (!reply.data.empty()) members["data"] = ToHex(reply.data);
  co_return members.dump();
}

Result<void> LabAdapter::AddFault(const LabFault& fault) {
  adapter_.AddFault(REFLASH_TRY(AdapterFault::Parse(fault.when, fault.nth, fault.effect)));
  return {};
}

std::string LabAdapter::Dump() {
  const AdapterCounters& counters = adapter_.counters();
  return Json{{"ok", true},
              {"banks", DescribeBanks(adapter_.banks())},
              {"counters",
               {{"calls", counters.calls},
                {"bytes", counters.bytes},
                {"busy_replies", counters.busy_replies},
                {"violations", adapter_.violations()}}}}
      .dump();
}

}  // namespace reflash::emu
