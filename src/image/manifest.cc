// SPDX-License-Identifier: Apache-2.0
#include "image/manifest.h"

#include <algorithm>
#include <initializer_list>
#include <system_error>
#include <utility>

#include "base/bytes.h"
#include "base/glob.h"
#include "base/input_file.h"
#include "base/toml_table.h"

namespace reflash {
namespace {

constexpr std::string_view kSuffix = ".toml";
constexpr std::size_t kDigestBytes = 32;

std::string ImageName(std::string_view file_name) {
  std::string name = std::filesystem::path(file_name).filename().string();
  if (name.ends_with(kSuffix)) name.resize(name.size() - kSuffix.size());
  return name;
}

Result<std::string> ReadText(const std::filesystem::path& path) {
  InputFile file = REFLASH_TRY(InputFile::Open(path));
  return file.ReadText(Manifest::kLargestBytes);
}

Result<std::optional<Version>> ReadVersion(TomlTable& table) {
  const std::optional<std::string> text = REFLASH_TRY(table.Text("version"));
  if (!text) return std::nullopt;
  const Result<Version> version = Version::Parse(*text);
  if (!version) return table.FailAbout("version", version.error().Message());
  return *version;
}

/// The digest in lower case; empty when not stated.
Result<std::string> ReadDigest(TomlTable& table) {
  const std::optional<std::string> text = REFLASH_TRY(table.Text("sha256"));
  if (!text) return std::string();
  const Result<Bytes> digest = FromHex(*text);
  if (!digest || digest->size() != kDigestBytes) {
    return table.FailAbout("sha256",
                           fmt::format("does not have {} hexadecimal digits", 2 * kDigestBytes));
  }
  return ToHex(*digest);
}

Result<Fit> ReadFit(TomlTable& table) {
  Fit fit;
  fit.kind = REFLASH_TRY(table.Text("kind"));
  fit.vendor = REFLASH_TRY(table.Text("vendor"));
  fit.part = REFLASH_TRY(table.Text("part"));
  REFLASH_TRY_VOID(table.RefuseOthers());
  if (fit == Fit{}) {
    return table.FailAbout("kind", "is missing, and so are 'vendor' and 'part'");
  }
  return fit;
}

Result<void> ReadImageTable(TomlTable& document, Manifest& manifest) {
  std::optional<TomlTable> table = REFLASH_TRY(document.Table("image"));
  if (!table) return {};
  manifest.version = REFLASH_TRY(ReadVersion(*table));
  manifest.sha256 = REFLASH_TRY(ReadDigest(*table));
  return table->RefuseOthers();
}

bool Matches(const std::optional<std::string>& pattern, std::string_view text) {
  return !pattern || GlobMatches(*pattern, text);
}

/// The words of `parts` that are there, with spaces between them.
std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text += ' ';
    text += part;
  }
  return text;
}

/// "ACME OSFP-8* or Foo *"
std::string Describe(const std::vector<Fit>& fits, bool with_kind) {
  std::string text;
  for (const Fit& fit : fits) {
    if (!text.empty()) text += " or ";
    text += Joined(
        {with_kind ? fit.kind.value_or("") : "", fit.vendor.value_or(""), fit.part.value_or("")});
  }
  return text;
}

}  // namespace

Result<Manifest> Manifest::Parse(std::string_view text, std::string_view file_name) {
  if (text.size() > kLargestBytes) {
    return Fail(ErrorCode::kInvalidImage, "{} has {} bytes, more than {}", file_name, text.size(),
                kLargestBytes);
  }
  TomlTable document = REFLASH_TRY(TomlTable::Parse(text, file_name, ErrorCode::kInvalidImage));
  Manifest manifest;
  manifest.image_name = ImageName(file_name);
  REFLASH_TRY_VOID(ReadImageTable(document, manifest));
  for (TomlTable& table : REFLASH_TRY(document.Tables("fits"))) {
    manifest.fits.push_back(REFLASH_TRY(ReadFit(table)));
  }
  REFLASH_TRY_VOID(document.RefuseOthers());
  return manifest;
}

Result<std::optional<Manifest>> Manifest::LoadBeside(const std::filesystem::path& image_path) {
  const std::filesystem::path path = image_path.string() + std::string(kSuffix);
  // Not "could not be opened": behind a dangling link there was meant to be a manifest.
  std::error_code ignored;
  const auto type = std::filesystem::symlink_status(path, ignored).type();
  if (type == std::filesystem::file_type::not_found) return std::nullopt;

  const Result<std::string> text = ReadText(path);
  if (!text) {
    return Fail(Error(ErrorCode::kInvalidImage, "cannot read the manifest").Because(text.error()));
  }
  return REFLASH_TRY(Parse(*text, path.string()));
}

Result<void> Manifest::CheckDigest(const Image& image) const {
  if (sha256.empty() || sha256 == image.sha256()) return {};
  return Fail(ErrorCode::kInvalidImage, "{} is damaged: its SHA-256 is {}, its manifest says {}",
              image.name(), image.sha256(), sha256);
}

Result<void> Manifest::CheckFits(std::string_view kind, std::string_view vendor,
                                 std::string_view part) const {
  const auto kind_matches = [&](const Fit& fit) { return Matches(fit.kind, kind); };
  const auto matches = [&](const Fit& fit) {
    return kind_matches(fit) && Matches(fit.vendor, vendor) && Matches(fit.part, part);
  };
  if (fits.empty() || std::ranges::any_of(fits, matches)) return {};
  // The kind is told only where it is what differs.
  const bool with_kind = !std::ranges::all_of(fits, kind_matches);
  return Fail(ErrorCode::kInvalidImage, "{} is for {}; this is a {}", image_name,
              Describe(fits, with_kind), Joined({with_kind ? kind : "", vendor, part}));
}

}  // namespace reflash
