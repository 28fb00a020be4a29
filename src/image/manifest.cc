// SPDX-License-Identifier: Apache-2.0
#include "image/manifest.h"

#include <algorithm>

#include "base/glob.h"
#include "base/input_file.h"

namespace reflash {
namespace {

constexpr std::string_view kSuffix = ".toml";

Result<std::string> ReadText(const std::filesystem::path& path) {
  InputFile file = REFLASH_TRY(InputFile::Open(path));
  return file.ReadText(Manifest::kLargestBytes);
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
