// SPDX-License-Identifier: Apache-2.0
#include "capi/vital_data.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <system_error>

namespace reflash::capi {
namespace {

constexpr std::size_t kMostKeyBytes = 32;
constexpr std::size_t kMostValueBytes = 128;
constexpr std::size_t kIdDigits = 4;

using Lines = std::map<std::string_view, std::string_view>;

/// What a device sent, for a sentence.
std::string Quote(std::string_view text) {
  constexpr std::size_t kMostQuoted = 40;
  return PrintableText(AsBytes(text.substr(0, kMostQuoted)));
}

std::unexpected<Error> Wrong(std::string_view what, std::string_view text) {
  return Fail(ErrorCode::kHwError, "the vital product data has {}: '{}'", what, Quote(text));
}

bool IsKeyCharacter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
         character == '_';
}

bool IsPrintable(char character) { return character >= ' ' && character <= '~'; }

Result<void> AddLine(Lines& lines, std::string_view line) {
  const std::size_t mark = line.find('=');
  if (mark == std::string_view::npos) return Wrong("a line without '='", line);
  const std::string_view key = line.substr(0, mark);
  const std::string_view value = line.substr(mark + 1);
  const bool is_key = !key.empty() && key.size() <= kMostKeyBytes;
  if (!is_key || !std::ranges::all_of(key, IsKeyCharacter)) return Wrong("a wrong key", line);
  if (value.size() > kMostValueBytes) return Wrong("a value that is too long", line);
  if (!std::ranges::all_of(value, IsPrintable)) return Wrong("a value of other bytes", line);
  if (!lines.emplace(key, value).second) return Wrong("a key that stands twice", line);
  return {};
}

Result<Lines> SplitLines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return Wrong("a line without its end", text);
    REFLASH_TRY_VOID(AddLine(lines, text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  return lines;
}

// The fields; each takes its value, or says that it is none.

template <class T>
bool TakeNumber(std::string_view value, int base, T& number) {
  const char* const end = value.data() + value.size();
  const auto [stopped, problem] = std::from_chars(value.data(), end, number, base);
  return problem == std::errc{} && stopped == end && !value.empty();
}

template <std::uint16_t AdapterIdentity::* kId>
bool TakeId(VitalData& data, std::string_view value) {
  return value.size() == kIdDigits && TakeNumber(value, 16, data.identity.*kId);
}

template <std::string VitalData::* kText>
bool TakeText(VitalData& data, std::string_view value) {
  data.*kText = value;
  return true;
}

bool TakeVersion(VitalData& data, std::string_view value) {
  const Result<Version> version = Version::Parse(value);
  if (version) data.version = *version;
  return version.has_value();
}

bool TakeImage(VitalData& data, std::string_view value) {
  data.runs_factory = value == "factory";
  return data.runs_factory || value == "user";
}

bool TakeAfus(VitalData& data, std::string_view value) {
  return TakeNumber(value, 10, data.afus_open);
}

bool TakeUserBytes(VitalData& data, std::string_view value) {
  std::uint64_t bytes = 0;
  if (!TakeNumber(value, 10, bytes)) return false;
  data.user_bytes = bytes;
  return true;
}

/// In the order of OpenSequence.
constexpr std::array<std::string_view, 3> kSequences{"idle", "download", "validate"};

bool TakeSequence(VitalData& data, std::string_view value) {
  const auto* const found = std::ranges::find(kSequences, value);
  if (found == kSequences.end()) return false;
  data.sequence = static_cast<OpenSequence>(found - kSequences.begin());
  return true;
}

struct Field {
  std::string_view key;
  bool (*take)(VitalData& data, std::string_view value);
  bool may_miss = false;
};

constexpr std::array kFields{
    Field{"vendor", TakeId<&AdapterIdentity::vendor>},
    Field{"device", TakeId<&AdapterIdentity::device>},
    Field{"subsystem_vendor", TakeId<&AdapterIdentity::subsystem_vendor>},
    Field{"subsystem", TakeId<&AdapterIdentity::subsystem>},
    Field{"version", TakeVersion},
    Field{"image", TakeImage},
    Field{"afus_open", TakeAfus},
    Field{"sequence", TakeSequence},
    Field{"part", TakeText<&VitalData::part>, true},
    Field{"serial", TakeText<&VitalData::serial>, true},
    Field{"user_bytes", TakeUserBytes, true},
};

}  // namespace

Result<VitalData> VitalData::Parse(ByteView data) {
  if (data.size() > kMostBytes) {
    return Fail(ErrorCode::kHwError, "the vital product data has {} bytes; {} are the most",
                data.size(), kMostBytes);
  }
  const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
  const Lines lines = REFLASH_TRY(SplitLines(text));
  VitalData vital;
  for (const Field& field : kFields) {
    const auto line = lines.find(field.key);
    if (line == lines.end()) {
      if (field.may_miss) continue;
      return Wrong("no line of this key", field.key);
    }
    if (!field.take(vital, line->second)) {
      return Fail(ErrorCode::kHwError, "the vital product data has a wrong {}: '{}'", field.key,
                  Quote(line->second));
    }
  }
  return vital;
}

}  // namespace reflash::capi
