// SPDX-License-Identifier: Apache-2.0
#include "base/toml_table.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/bytes.h"

namespace reflash {
namespace {

/// Text of a file, safe to show on a terminal.
std::string Shown(std::string_view text) { return PrintableText(AsBytes(text)); }

}  // namespace

/// The parsed file, shared by all of its tables.
struct TomlTable::Document {
  toml::table root;
  std::string file_name;
  ErrorCode error_code;
};

struct TomlTable::Content {
  std::shared_ptr<const Document> document;
  const toml::table* table;
  std::string label;  ///< how errors call the table: "[image]"; empty for the file itself
  std::set<std::string, std::less<>> known;

  /// The value of a key that is asked for, or nullptr.
  const toml::node* Take(std::string_view key) {
    known.emplace(key);
    return table->get(key);
  }

  [[nodiscard]] std::unexpected<Error> FailAt(const toml::source_region& place,
                                              std::string_view sentence) const {
    return Fail(document->error_code, "{}:{}: {}{}{}", document->file_name, place.begin.line, label,
                label.empty() ? "" : ": ", sentence);
  }

  [[nodiscard]] std::unexpected<Error> FailType(const toml::node& value, std::string_view key,
                                                std::string_view wanted) const {
    return FailAt(value.source(), fmt::format("'{}' must be {}", key, wanted));
  }

  [[nodiscard]] TomlTable Below(const toml::table& table_below, std::string label_below) const {
    return TomlTable(
        std::make_unique<Content>(Content{document, &table_below, std::move(label_below), {}}));
  }
};

TomlTable::TomlTable(std::unique_ptr<Content> content) : content_(std::move(content)) {}
TomlTable::TomlTable(TomlTable&&) noexcept = default;
TomlTable& TomlTable::operator=(TomlTable&&) noexcept = default;
TomlTable::~TomlTable() = default;

Result<TomlTable> TomlTable::Parse(std::string_view text, std::string_view file_name,
                                   ErrorCode error_code) {
  try {
    auto document =
        std::make_shared<Document>(Document{toml::parse(text), std::string(file_name), error_code});
    const toml::table* const root = &document->root;
    return TomlTable(std::make_unique<Content>(Content{std::move(document), root, {}, {}}));
  } catch (const toml::parse_error& error) {
    return Fail(error_code, "{}:{}: {}", file_name, error.source().begin.line,
                Shown(error.description()));
  }
}

void TomlTable::set_subject(std::string_view name) {
  content_->label += fmt::format(" '{}'", Shown(name));
}

Result<std::optional<std::string>> TomlTable::Text(std::string_view key) {
  const toml::node* const value = content_->Take(key);
  if (value == nullptr) return std::nullopt;
  std::optional<std::string> text = value->value_exact<std::string>();
  if (!text) return content_->FailType(*value, key, "a text");
  const bool control = std::ranges::any_of(*text, [](char character) {
    return static_cast<unsigned char>(character) < 0x20 || character == 0x7F;
  });
  if (control) return content_->FailType(*value, key, "a text without control characters");
  return text;
}

Result<std::string> TomlTable::RequiredText(std::string_view key) {
  std::optional<std::string> text = REFLASH_TRY(Text(key));
  if (!text) {
    return content_->FailAt(content_->table->source(), fmt::format("'{}' is missing", key));
  }
  if (text->empty()) return FailAbout(key, "is empty");
  return *std::move(text);
}

Result<std::vector<std::string>> TomlTable::Texts(std::string_view key) {
  const toml::node* const value = content_->Take(key);
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  const toml::array* const array = value->as_array();
  if (array == nullptr) return content_->FailType(*value, key, "a list of texts");
  for (const toml::node& element : *array) {
    const std::optional<std::string> text = element.value_exact<std::string>();
    if (!text) return content_->FailType(element, key, "a list of texts");
    texts.push_back(*text);
  }
  return texts;
}

Result<std::optional<bool>> TomlTable::Flag(std::string_view key) {
  const toml::node* const value = content_->Take(key);
  if (value == nullptr) return std::nullopt;
  const std::optional<bool> flag = value->value_exact<bool>();
  if (!flag) return content_->FailType(*value, key, "true or false");
  return flag;
}

Result<std::optional<std::int64_t>> TomlTable::Integer(std::string_view key, std::int64_t least,
                                                       std::int64_t most) {
  const toml::node* const value = content_->Take(key);
  if (value == nullptr) return std::nullopt;
  const std::optional<std::int64_t> number = value->value_exact<std::int64_t>();
  if (!number || *number < least || *number > most) {
    return content_->FailType(*value, key,
                              fmt::format("a whole number from {} to {}", least, most));
  }
  return number;
}

Result<std::optional<double>> TomlTable::Number(std::string_view key, double least, double most) {
  const toml::node* const value = content_->Take(key);
  if (value == nullptr) return std::nullopt;
  const std::optional<double> number = value->is_number() ? value->value<double>() : std::nullopt;
  if (!number || !std::isfinite(*number) || *number < least || *number > most) {
    return content_->FailType(*value, key, fmt::format("a number from {} to {}", least, most));
  }
  return number;
}

Result<std::optional<TomlTable>> TomlTable::Table(std::string_view key) {
  const toml::node* const value = content_->Take(key);
  if (value == nullptr) return std::nullopt;
  const toml::table* const table = value->as_table();
  if (table == nullptr) return content_->FailType(*value, key, fmt::format("a table, [{}]", key));
  return content_->Below(*table, fmt::format("[{}]", key));
}

Result<std::vector<TomlTable>> TomlTable::Tables(std::string_view key) {
  const toml::node* const value = content_->Take(key);
  std::vector<TomlTable> tables;
  if (value == nullptr) return tables;
  const toml::array* const array = value->as_array();
  const std::string wanted = fmt::format("an array of tables, [[{}]]", key);
  if (array == nullptr) return content_->FailType(*value, key, wanted);
  for (const toml::node& element : *array) {
    const toml::table* const table = element.as_table();
    if (table == nullptr) return content_->FailType(element, key, wanted);
    tables.push_back(content_->Below(*table, fmt::format("[[{}]]", key)));
  }
  return tables;
}

Result<void> TomlTable::RefuseOthers() const {
  const toml::key* first = nullptr;
  for (const auto& [key, value] : *content_->table) {
    if (content_->known.contains(key.str())) continue;
    const bool earlier = first == nullptr || key.source().begin.line < first->source().begin.line;
    if (earlier) first = &key;
  }
  if (first == nullptr) return {};
  return content_->FailAt(first->source(), fmt::format("unknown key '{}'", Shown(first->str())));
}

std::unexpected<Error> TomlTable::FailAbout(std::string_view key, std::string_view sentence) const {
  const toml::node* const value = content_->table->get(key);
  return content_->FailAt(value == nullptr ? content_->table->source() : value->source(),
                          fmt::format("'{}' {}", key, sentence));
}

}  // namespace reflash
