// SPDX-License-Identifier: Apache-2.0
#include "emu/lab_protocol.h"

#include <nlohmann/json.hpp>

#include <string_view>
#include <utility>

namespace reflash::emu {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kOk = R"({"ok":true})";

/// The reply with `members`, which are the text of a JSON object that has some.
std::string Line(const LabRequest& request, std::string_view members) {
  return "{\"id\":" + request.id + "," + std::string(members.substr(1)) + "\n";
}

std::string ErrorLine(const LabRequest& request, const std::string& sentence) {
  const Json members = {{"error", sentence}};
  return Line(request, members.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string CarryOut(LabRequest::Control control, LabHardware& hardware) {
  switch (control) {
    case LabRequest::Control::kPowerCycle:
      hardware.PowerCycle();
      break;
    case LabRequest::Control::kReset:
      hardware.Reset();
      break;
    case LabRequest::Control::kRemove:
      hardware.Remove();
      break;
    case LabRequest::Control::kInsert:
      hardware.Insert();
      break;
    case LabRequest::Control::kDump:
      return hardware.Dump();
  }
  return std::string(kOk);
}

/// The members of the reply.
Task<std::string> CarryOut(const LabRequest& request, LabHardware& hardware) {
  if (const auto* const fault = std::get_if<LabFault>(&*request.action)) {
    co_await hardware.AddFault(*fault);
    co_return std::string(kOk);
  }
  if (const auto* const control = std::get_if<LabRequest::Control>(&*request.action)) {
    co_return CarryOut(*control, hardware);
  }
  co_return co_await hardware.Exchange(std::get<LabRequest::Exchange>(*request.action));
}

}  // namespace

Task<std::string> LabProtocol::Answer(LabRequest request) {
  if (!request.action) co_return ErrorLine(request, request.action.error().Message());
  LabHardware* const hardware = lab_.Find(request.port);
  if (hardware == nullptr) co_return ErrorLine(request, "no such port");
  const Result<std::string> members = co_await Outcome(CarryOut(request, *hardware));
  co_return members ? Line(request, *members) : ErrorLine(request, members.error().Message());
}

}  // namespace reflash::emu
