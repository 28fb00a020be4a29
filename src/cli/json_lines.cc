// SPDX-License-Identifier: Apache-2.0
#include "cli/json_lines.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace reflash::cli {
namespace {

using Json = nlohmann::ordered_json;

/// Text of devices and files may be no UTF-8; what is not becomes U+FFFD.
std::string Dump(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Event(std::string_view event, std::string_view device) {
  Json object{{"event", event}};
  if (!device.empty()) object["device"] = device;
  return object;
}

Json VersionOrNull(const std::optional<Version>& version) {
  return version ? Json(version->ToString()) : Json();
}

Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// With as many decimals as `scale` has zeroes. Divided, since a tenth has no exact number.
double Rounded(double seconds, double scale) { return std::round(seconds * scale) / scale; }

Json DeviceObject(std::string_view name, std::string_view kind, const DeviceInfo& info,
                  std::string_view state) {
  return Json{{"device", name},        {"kind", kind},
              {"vendor", info.vendor}, {"part", info.part},
              {"serial", info.serial}, {"version", VersionOrNull(info.version)},
              {"state", state}};
}

Json BanksArray(const DeviceInfo& info) {
  Json banks = Json::array();
  for (const Bank& bank : info.banks) {
    banks.push_back({{"bank", bank.name},
                     {"version", VersionOrNull(bank.version)},
                     {"running", bank.running},
                     {"committed", bank.committed},
                     {"valid", bank.valid}});
  }
  return banks;
}

Json CapabilitiesObject(const Capabilities& capabilities) {
  Json object{{"switches_banks", capabilities.switches_banks},
              {"single_bank", capabilities.single_bank},
              {"hitless", capabilities.hitless},
              {"read_back", capabilities.read_back}};
  if (capabilities.max_image_bytes) object["max_image_bytes"] = *capabilities.max_image_bytes;
  return object;
}

Json TimesObject(const Times& times) {
  Json object{{"min_s", Rounded(times.Shortest(), 1000)},
              {"median_s", Rounded(times.Median(), 1000)},
              {"max_s", Rounded(times.Longest(), 1000)}};
  if (times.advertised_seconds) object["advertised_s"] = *times.advertised_seconds;
  return object;
}

}  // namespace

std::string ErrorLine(const Error& error, std::string_view device) {
  Json object = Event("error", device);
  object["error"] = ErrorWord(error.code());
  object["message"] = error.Message();
  return Dump(object);
}

std::string NoticeLine(std::string_view device, std::string_view sentence) {
  Json object = Event("notice", device);
  object["message"] = sentence;
  return Dump(object);
}

std::string PhaseLine(const JobSnapshot& job) {
  Json object = Event("phase", job.device);
  object["phase"] = PhaseWord(job.phase);
  return Dump(object);
}

std::string ProgressLine(const JobSnapshot& job) {
  Json object = Event("progress", job.device);
  object["phase"] = PhaseWord(job.phase);
  object["done"] = job.done;
  object["total"] = job.total;
  object["percent"] = job.percent;
  if (job.eta_seconds) object["eta_s"] = Rounded(*job.eta_seconds, 10);
  return Dump(object);
}

std::string PlanLine(const JobSnapshot& job, std::string_view image) {
  Json object = Event("plan", job.device);
  object["image"] = image;
  object["bytes"] = job.image_bytes;
  object["from_version"] = TextOrNull(job.from_version);
  return Dump(object);
}

std::string ResultLine(const JobSnapshot& job) {
  Json object = Event("result", job.device);
  object["ok"] = !job.failure.has_value();
  object["outcome"] = JobOutcomeWord(job.outcome.value_or(JobOutcome::kFailed));
  object["from_version"] = TextOrNull(job.from_version);
  object["version"] = TextOrNull(job.version);
  object["bank"] = TextOrNull(job.bank);
  object["committed"] = job.committed;
  object["bytes"] = job.image_bytes - job.remaining_bytes;
  object["seconds"] = Rounded(job.seconds, 1000);
  if (job.failure) {
    object["error"] = ErrorWord(job.failure->code);
    object["phase"] = PhaseWord(job.failure->phase);
    object["remaining"] = job.failure->remaining_bytes;
    object["message"] = job.failure->message;
  }
  if (!job.state.empty()) object["state"] = job.state;
  return Dump(object);
}

std::string StepResultLine(std::string_view device, std::string_view step, const DeviceInfo& info) {
  Json object = Event("result", device);
  object["ok"] = true;
  object["step"] = step;
  object["version"] = VersionOrNull(info.version);
  object["state"] = info.DescribeBanks();
  object["banks"] = BanksArray(info);
  return Dump(object);
}

std::string StatisticsLine(const DeviceStatistics& device) {
  Json object = Event("statistics", device.device);
  object["runs"] = device.runs;
  object["ok"] = device.ok;
  Json phases = Json::object();
  Json steps = Json::object();
  for (const Times& times : device.times) {
    (times.is_step ? steps : phases)[times.name] = TimesObject(times);
  }
  object["phases"] = std::move(phases);
  object["steps"] = std::move(steps);
  return Dump(object);
}

std::string CdbLine(const CdbResult& result) {
  Json object = Event("cdb", result.device);
  object["ok"] = !result.reply.status.failed();
  object["command"] = fmt::format("{:04x}", result.id);
  object["name"] = cmis::CommandName(result.id);
  object["status"] = fmt::format("{:02x}", result.reply.status.value);
  object["message"] = result.reply.status.Words();
  object["reply"] = ToHex(result.reply.lpl);
  object["epl"] = ToHex(result.reply.epl);
  Json fields = Json::object();
  for (const cmis::ReplyField& field : result.fields) fields[field.name] = field.value;
  object["decoded"] = std::move(fields);
  return Dump(object);
}

std::string DiscoveredLine(const inventory::DiscoveredDevice& device) {
  const inventory::DeviceConfiguration& configuration = device.configuration;
  return Dump(Json{{"device", configuration.name},
                   {"driver", configuration.driver},
                   {"bus", configuration.bus},
                   {"netdev", configuration.netdev},
                   {"remarks", device.remarks}});
}

std::string DeviceLine(std::string_view name, std::string_view kind, const DeviceInfo& info,
                       std::string_view state) {
  return Dump(DeviceObject(name, kind, info, state));
}

std::string InfoLine(std::string_view name, std::string_view kind, const DeviceInfo& info) {
  Json object = DeviceObject(name, kind, info, info.state);
  object["banks"] = BanksArray(info);
  object["capabilities"] = CapabilitiesObject(info.capabilities);
  Json details = Json::object();
  for (const Detail& detail : info.details) details[detail.name] = detail.value;
  object["details"] = std::move(details);
  return Dump(object);
}

}  // namespace reflash::cli
