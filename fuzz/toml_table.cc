// SPDX-License-Identifier: Apache-2.0
// TOML files of any kind, each key taken as each type.
#include "base/toml_table.h"

#include <limits>

#include "input.h"

using reflash::TomlTable;

namespace {

void TakeAll(TomlTable& table) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  for (const std::string_view key : {"a", "name", "device", "bus", "module"}) {
    static_cast<void>(table.Text(key));
    static_cast<void>(table.RequiredText(key));
    static_cast<void>(table.Texts(key));
    static_cast<void>(table.Flag(key));
    static_cast<void>(table.Integer(key, 0, kMost));
    static_cast<void>(table.Number(key, 0, 1));
    static_cast<void>(table.Table(key));
  }
  static_cast<void>(table.RefuseOthers());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto file = TomlTable::Parse(reflash::fuzz::Text(data, size), "some.toml");
  if (!file) return 0;
  TakeAll(*file);
  auto tables = file->Tables("a");
  if (!tables) return 0;
  for (TomlTable& table : *tables) {
    table.set_subject("\x1b");
    TakeAll(table);
  }
  return 0;
}
