// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace reflash {

/// A table of a TOML file, read key by key: each function takes one key, says what it must be, and
/// gives nothing when it is missing. `RefuseOthers` then finds what nobody asked for. All errors
/// name file, line, table and key:
///
///     lab.toml:12: [[module]] 'swp1': unknown key 'colour'
///
/// It is how reflash reads all of its TOML, so that the same mistake is called the same everywhere.
/// Errors have the code that Parse was given.
class TomlTable {
 public:
  /// The whole of a file. `file_name` is what errors call it.
  static Result<TomlTable> Parse(std::string_view text, std::string_view file_name,
                                 ErrorCode error_code = ErrorCode::kInvalidArgument);

  TomlTable(TomlTable&&) noexcept;
  TomlTable& operator=(TomlTable&&) noexcept;
  TomlTable(const TomlTable&) = delete;
  TomlTable& operator=(const TomlTable&) = delete;
  ~TomlTable();

  /// Names the thing that the table describes, for errors: [[module]] 'swp1'.
  void set_subject(std::string_view name);

  Result<std::optional<std::string>> Text(std::string_view key);
  /// Errors: also when the key is missing, or the text is empty.
  Result<std::string> RequiredText(std::string_view key);
  /// A list of texts; a missing key is an empty list.
  Result<std::vector<std::string>> Texts(std::string_view key);
  Result<std::optional<bool>> Flag(std::string_view key);
  Result<std::optional<std::int64_t>> Integer(std::string_view key, std::int64_t least,
                                              std::int64_t most);
  /// A number, whole or not.
  Result<std::optional<double>> Number(std::string_view key, double least, double most);
  Result<std::optional<TomlTable>> Table(std::string_view key);
  /// An array of tables, [[key]]; a missing one is empty.
  Result<std::vector<TomlTable>> Tables(std::string_view key);

  /// Errors: the first key, in the order of the file, that was not asked for.
  [[nodiscard]] Result<void> RefuseOthers() const;

  /// An error about the value of `key`: "FILE:LINE: [[module]] 'swp1': 'key' SENTENCE".
  [[nodiscard]] std::unexpected<Error> FailAbout(std::string_view key,
                                                 std::string_view sentence) const;

 private:
  struct Document;
  struct Content;

  explicit TomlTable(std::unique_ptr<Content> content);

  std::unique_ptr<Content> content_;
};

}  // namespace reflash
