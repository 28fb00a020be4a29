// SPDX-License-Identifier: Apache-2.0
// Manifest::Parse, apart from the rest of Manifest, which does not know TOML.
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "image/manifest.h"

namespace reflash {
namespace {

constexpr std::string_view kSuffix = ".toml";
constexpr std::size_t kDigestBytes = 32;

bool IsControl(char character) {
  const auto value = static_cast<unsigned char>(character);
  return value < 0x20 || value == 0x7F;
}

/// Makes a Manifest out of a parsed TOML document, once. What is not known, or of another type
/// than it should be, is kInvalidImage with file, line and key.
class ManifestReader {
 public:
  ManifestReader(std::string_view file_name, std::string image_name);

  Result<Manifest> Read(const toml::table& document);

 private:
  /// Reads the value of the key of that name.
  using ReadValue = Result<void> (ManifestReader::*)(std::string_view key, const toml::node& value);
  struct Key {
    std::string_view name;
    ReadValue read;
  };
  static const std::array<Key, 2> kDocumentKeys;
  static const std::array<Key, 2> kImageKeys;
  static const std::array<Key, 3> kFitKeys;

  /// Reads all keys of a table, each as the row of `known` says. `place` is what errors call the
  /// table.
  Result<void> ReadTable(const toml::table& table, std::span<const Key> known,
                         std::string_view place);

  Result<void> ReadImage(std::string_view key, const toml::node& value);
  Result<void> ReadFits(std::string_view key, const toml::node& value);
  Result<void> ReadVersion(std::string_view key, const toml::node& value);
  Result<void> ReadDigest(std::string_view key, const toml::node& value);
  Result<void> ReadKind(std::string_view key, const toml::node& value);
  Result<void> ReadVendor(std::string_view key, const toml::node& value);
  Result<void> ReadPart(std::string_view key, const toml::node& value);

  Result<std::string> Text(std::string_view key, const toml::node& value) const;
  /// "FILE:LINE: sentence"
  [[nodiscard]] std::unexpected<Error> FailAt(const toml::source_region& place,
                                              std::string_view sentence) const;

  std::string file_name_;
  Manifest manifest_;
};

const std::array<ManifestReader::Key, 2> ManifestReader::kDocumentKeys{
    Key{"image", &ManifestReader::ReadImage},
    Key{"fits", &ManifestReader::ReadFits},
};
const std::array<ManifestReader::Key, 2> ManifestReader::kImageKeys{
    Key{"version", &ManifestReader::ReadVersion},
    Key{"sha256", &ManifestReader::ReadDigest},
};
const std::array<ManifestReader::Key, 3> ManifestReader::kFitKeys{
    Key{"kind", &ManifestReader::ReadKind},
    Key{"vendor", &ManifestReader::ReadVendor},
    Key{"part", &ManifestReader::ReadPart},
};

ManifestReader::ManifestReader(std::string_view file_name, std::string image_name)
    : file_name_(file_name) {
  manifest_.image_name = std::move(image_name);
}

Result<Manifest> ManifestReader::Read(const toml::table& document) {
  REFLASH_TRY_VOID(ReadTable(document, kDocumentKeys, "the manifest"));
  return std::move(manifest_);
}

Result<void> ManifestReader::ReadTable(const toml::table& table, std::span<const Key> known,
                                       std::string_view place) {
  for (const auto& [key, value] : table) {
    const auto found = std::ranges::find(known, key.str(), &Key::name);
    if (found == known.end()) {
      return FailAt(key.source(), fmt::format("unknown key '{}' in {}",
                                              PrintableText(AsBytes(key.str())), place));
    }
    REFLASH_TRY_VOID((this->*found->read)(key.str(), value));
  }
  return {};
}

Result<void> ManifestReader::ReadImage(std::string_view key, const toml::node& value) {
  if (!value.is_table()) return FailAt(value.source(), fmt::format("'{}' is not a table", key));
  return ReadTable(*value.as_table(), kImageKeys, "[image]");
}

Result<void> ManifestReader::ReadFits(std::string_view key, const toml::node& value) {
  if (!value.is_array()) {
    return FailAt(value.source(), fmt::format("'{}' is not a list of tables, [[{}]]", key, key));
  }
  for (const toml::node& fit : *value.as_array()) {
    if (!fit.is_table() || fit.as_table()->empty()) {
      return FailAt(fit.source(), "a [[fits]] needs a kind, a vendor or a part");
    }
    manifest_.fits.emplace_back();
    REFLASH_TRY_VOID(ReadTable(*fit.as_table(), kFitKeys, "[[fits]]"));
  }
  return {};
}

Result<void> ManifestReader::ReadVersion(std::string_view key, const toml::node& value) {
  const Result<Version> version = Version::Parse(REFLASH_TRY(Text(key, value)));
  if (!version) {
    return FailAt(value.source(), fmt::format("'{}': {}", key, version.error().Message()));
  }
  manifest_.version = *version;
  return {};
}

Result<void> ManifestReader::ReadDigest(std::string_view key, const toml::node& value) {
  const Result<Bytes> digest = FromHex(REFLASH_TRY(Text(key, value)));
  if (!digest || digest->size() != kDigestBytes) {
    return FailAt(value.source(),
                  fmt::format("'{}' does not have {} hexadecimal digits", key, 2 * kDigestBytes));
  }
  manifest_.sha256 = ToHex(*digest);
  return {};
}

Result<void> ManifestReader::ReadKind(std::string_view key, const toml::node& value) {
  manifest_.fits.back().kind = REFLASH_TRY(Text(key, value));
  return {};
}

Result<void> ManifestReader::ReadVendor(std::string_view key, const toml::node& value) {
  manifest_.fits.back().vendor = REFLASH_TRY(Text(key, value));
  return {};
}

Result<void> ManifestReader::ReadPart(std::string_view key, const toml::node& value) {
  manifest_.fits.back().part = REFLASH_TRY(Text(key, value));
  return {};
}

Result<std::string> ManifestReader::Text(std::string_view key, const toml::node& value) const {
  if (!value.is_string()) return FailAt(value.source(), fmt::format("'{}' is not a text", key));
  const std::string& text = value.as_string()->get();
  if (std::ranges::any_of(text, IsControl)) {  // it would reach a terminal
    return FailAt(value.source(), fmt::format("'{}' has control characters", key));
  }
  return text;
}

std::unexpected<Error> ManifestReader::FailAt(const toml::source_region& place,
                                              std::string_view sentence) const {
  return Fail(ErrorCode::kInvalidImage, "{}:{}: {}", file_name_, place.begin.line, sentence);
}

std::string ImageName(std::string_view file_name) {
  std::string name = std::filesystem::path(file_name).filename().string();
  if (name.ends_with(kSuffix)) name.resize(name.size() - kSuffix.size());
  return name;
}

Result<toml::table> ParseToml(std::string_view text, std::string_view file_name) {
  try {
    return toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    return Fail(ErrorCode::kInvalidImage, "{}:{}: {}", file_name, error.source().begin.line,
                error.description());
  }
}

}  // namespace

Result<Manifest> Manifest::Parse(std::string_view text, std::string_view file_name) {
  if (text.size() > kLargestBytes) {
    return Fail(ErrorCode::kInvalidImage, "{} has {} bytes, more than {}", file_name, text.size(),
                kLargestBytes);
  }
  const toml::table document = REFLASH_TRY(ParseToml(text, file_name));
  return ManifestReader(file_name, ImageName(file_name)).Read(document);
}

}  // namespace reflash
