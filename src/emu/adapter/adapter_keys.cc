// SPDX-License-Identifier: Apache-2.0
#include "emu/adapter/adapter_keys.h"

#include <array>
#include <variant>

#include "emu/toml_values.h"

namespace reflash::emu {
namespace {

using S = AdapterSettings;

/// A key of [[adapter]] and the member that takes its value.
struct AdapterKey {
  std::string_view key;
  std::variant<std::string S::*, bool S::*, std::uint16_t S::*, unsigned S::*, std::size_t S::*,
               Duration S::*, Version S::*>
      target;
};

constexpr auto kAdapterKeys = std::to_array<AdapterKey>({
    {"present", &S::present},
    {"part", &S::part},
    {"serial", &S::serial},
    {"vendor_id", &S::vendor_id},
    {"device_id", &S::device_id},
    {"subsystem_vendor_id", &S::subsystem_vendor_id},
    {"subsystem_id", &S::subsystem_id},
    {"afus_open", &S::afus_open},
    {"version", &S::version},
    {"factory_version", &S::factory_version},
    {"flash_bytes", &S::flash_bytes},
    {"busy_replies", &S::busy_replies},
    {"long_busy", &S::long_busy},
    {"call_ms", &S::call},
    {"call_timeout_ms", &S::call_timeout},
    {"erase_ms", &S::erase},
    {"program_ms_per_mib", &S::program_per_mebibyte},
    {"validate_ms_per_mib", &S::validate_per_mebibyte},
    {"boot_ms", &S::boot},
});

}  // namespace

Result<void> TakeAdapterKeys(TomlTable& table, AdapterSettings& settings) {
  for (const AdapterKey& key : kAdapterKeys) {
    REFLASH_TRY_VOID(std::visit(
        [&](auto target) { return TakeValue(table, key.key, settings.*target); }, key.target));
  }
  return {};
}

}  // namespace reflash::emu
