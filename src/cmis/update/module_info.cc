// SPDX-License-Identifier: Apache-2.0
#include "cmis/update/module_info.h"

#include <limits>

namespace reflash::cmis {
namespace {

/// Of the write mechanism, where it is what it says.
constexpr std::uint8_t kLplCode = 0x01;

Bank BankOf(std::string name, const FirmwareBank& bank) {
  Bank result{.name = std::move(name),
              .version = std::nullopt,
              .running = bank.running,
              .committed = bank.committed,
              .valid = bank.valid};
  if (bank.present && (bank.valid || bank.running)) result.version = bank.version;
  return result;
}

std::string YesNo(bool value) { return value ? "yes" : "no"; }

std::string PayloadPages(const CdbAdvertisement& cdb) {
  if (cdb.epl_pages_to_try <= cdb.epl_pages) return fmt::format("{}", cdb.epl_pages);
  return fmt::format("{}, perhaps {}", cdb.epl_pages, cdb.epl_pages_to_try);
}

std::string BlockWriting(const FirmwareFeatures& features) {
  if (features.write_lpl && features.write_epl) return "LPL and EPL";
  if (features.write_epl) return "EPL";
  if (features.write_code == kLplCode) return "LPL";
  return fmt::format("LPL is tried; the module tells code {:02X}h", features.write_code);
}

std::string Milliseconds(Duration duration) {
  return fmt::format("{} ms", std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

std::vector<Detail> Details(const Session& session, const FirmwareInfo& firmware) {
  const CdbAdvertisement& cdb = session.advertisement();
  const FirmwareFeatures& features = session.features();
  std::vector<Detail> details{
      {"form factor", session.basics().FormFactor()},
      {"CMIS revision", session.basics().RevisionText()},
      {"vendor revision", session.identity().vendor_revision},
      {"CDB instances", fmt::format("{}", cdb.instances)},
      {"CDB in background", YesNo(cdb.background)},
      {"auto-paging", YesNo(cdb.auto_paging)},
      {"trigger on STOP", YesNo(cdb.trigger_on_stop)},
      {"EPL pages", PayloadPages(cdb)},
      {"longest access", fmt::format("{} bytes", LongestEplAccess(cdb.read_write_length_ext))},
      {"block writing", BlockWriting(features)},
      {"start header", fmt::format("{} bytes", features.start_header_bytes)},
      {"abort command", YesNo(features.abort)},
      {"copy command", YesNo(features.copy)},
      {"longest start", Milliseconds(features.max_start)},
      {"longest block write", Milliseconds(features.max_write)},
      {"longest complete", Milliseconds(features.max_complete)},
  };
  if (const unsigned odd = session.channel().odd_replies(); odd > 0) {
    details.push_back({"odd replies", fmt::format("{} with a check code that does not fit", odd)});
  }
  for (const std::string_view origin : QuirkOrigins(session.identity())) {
    details.push_back({"known quirk", std::string(origin)});
  }
  if (firmware.factory.present) {
    details.push_back({"factory image", firmware.factory.version.ToString()});
  }
  return details;
}

}  // namespace

std::vector<Bank> BanksOf(const FirmwareInfo& firmware) {
  std::vector<Bank> banks{BankOf("A", firmware.a)};
  if (!firmware.SingleBank()) banks.push_back(BankOf("B", firmware.b));
  return banks;
}

DeviceInfo ModuleInfo(const Session& session, ModuleState state, const FirmwareInfo& firmware) {
  DeviceInfo info{
      .vendor = session.identity().vendor,
      .part = session.identity().part,
      .serial = session.identity().serial,
      .version = std::nullopt,
      .state = std::string(ModuleStateWords(state)),
      .banks = BanksOf(firmware),
      .capabilities = {.switches_banks = true,
                       .single_bank = firmware.SingleBank(),
                       .tells_running_bank = !session.quirks().running_bank_unreliable,
                       .hitless = session.features().hitless,
                       .read_back = session.features().read_back,
                       .max_image_bytes = std::numeric_limits<std::uint32_t>::max()},
      .details = Details(session, firmware),
  };
  if (const Bank* const running = info.RunningBank()) info.version = running->version;
  return info;
}

}  // namespace reflash::cmis
