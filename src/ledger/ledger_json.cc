// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger_json.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace reflash {
namespace {

/// The fields of a struct that is kept as JSON. Each such struct has a specialisation with
///
///     static void Visit(auto& fields, auto& value) { fields("key", value.member); ... }
///
/// which serves the JsonWriter and the JsonReader, so no field is ever written and not read.
template <class Struct>
struct JsonFields;

template <>
struct JsonFields<JobFailure> {
  static void Visit(auto& fields, auto& failure) {
    fields("error", failure.code);
    fields("phase", failure.phase);
    fields("remaining", failure.remaining_bytes);
    fields("message", failure.message);
  }
};

template <>
struct JsonFields<JobSnapshot> {
  static void Visit(auto& fields, auto& snapshot) {
    fields("device", snapshot.device);
    fields("hardware_address", snapshot.hardware_address);
    fields("phase", snapshot.phase);
    fields("words", snapshot.words);
    fields("done", snapshot.done);
    fields("total", snapshot.total);
    fields("percent", snapshot.percent);
    fields("eta_s", snapshot.eta_seconds);
    fields("bytes", snapshot.image_bytes);
    fields("remaining", snapshot.remaining_bytes);
    fields("outcome", snapshot.outcome);
    fields("failure", snapshot.failure);
    fields("from_version", snapshot.from_version);
    fields("version", snapshot.version);
    fields("bank", snapshot.bank);
    fields("committed", snapshot.committed);
    fields("seconds", snapshot.seconds);
    fields("state", snapshot.state);
  }
};

template <>
struct JsonFields<JournalEntry> {
  static void Visit(auto& fields, auto& entry) {
    fields("hardware_address", entry.hardware_address);
    fields("device", entry.device);
    fields("image", entry.image_name);
    fields("sha256", entry.image_sha256);
    fields("pid", entry.pid);
    fields("begun_at", entry.begun_at);
    fields("phase", entry.phase);
    fields("words", entry.words);
  }
};

template <>
struct JsonFields<Holder> {
  static void Visit(auto& fields, auto& holder) {
    fields("pid", holder.pid);
    fields("device", holder.device);
    fields("purpose", holder.purpose);
  }
};

/// Writes the fields of a struct (see JsonFields) into a JSON object.
class JsonWriter {
 public:
  /// The JSON text of a struct, with a line feed at its end. Bytes that are not UTF-8 (a device may
  /// have said them) become U+FFFD.
  template <class Struct>
  static std::string Text(const Struct& value) {
    JsonWriter writer;
    JsonFields<Struct>::Visit(writer, value);
    return writer.object_.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
  }

  void operator()(const char* key, const std::string& text) { object_[key] = text; }
  void operator()(const char* key, bool value) { object_[key] = value; }
  void operator()(const char* key, std::integral auto value) { object_[key] = value; }
  /// JSON has neither infinity nor NaN; they become 0.
  void operator()(const char* key, double value) {
    object_[key] = std::isfinite(value) ? value : 0;
  }

  void operator()(const char* key, Phase phase) { object_[key] = PhaseWord(phase); }
  void operator()(const char* key, JobOutcome outcome) { object_[key] = JobOutcomeWord(outcome); }
  void operator()(const char* key, ErrorCode code) { object_[key] = ErrorWord(code); }

  /// What is absent has no key.
  template <class Value>
  void operator()(const char* key, const std::optional<Value>& value) {
    if (value) (*this)(key, *value);
  }

  template <class Struct>
    requires std::is_aggregate_v<Struct>
  void operator()(const char* key, const Struct& value) {
    JsonWriter writer;
    JsonFields<Struct>::Visit(writer, value);
    object_[key] = std::move(writer.object_);
  }

 private:
  nlohmann::json object_ = nlohmann::json::object();
};

/// Reads the fields of a struct from a JSON object, the counterpart of JsonWriter. Trusts nothing:
/// a key that is missing, of another type or out of range is remembered as the problem, and the
/// first one counts. Keys that are not asked for are passed over, since another version of reflash
/// may have written them.
class JsonReader {
 public:
  /// The struct that `text` holds.
  /// Errors: kRwError for a text that is not a JSON object, and for the first problem.
  template <class Struct>
  static Result<Struct> Read(std::string_view text) {
    const nlohmann::json object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) return Fail(ErrorCode::kRwError, "not a JSON object");
    JsonReader reader(object);
    Struct value;
    JsonFields<Struct>::Visit(reader, value);
    if (!reader.problem_.empty()) return Fail(ErrorCode::kRwError, "{}", reader.problem_);
    return value;
  }

  void operator()(const char* key, std::string& text);
  void operator()(const char* key, bool& value);
  void operator()(const char* key, double& value);

  template <std::integral Integer>
  void operator()(const char* key, Integer& value) {
    const nlohmann::json* const field = Find(key);
    if (field != nullptr && field->is_number_unsigned()) {
      Accept(key, InRange<Integer>(field->get<std::uint64_t>()), value);
    } else if (field != nullptr && field->is_number_integer()) {
      Accept(key, InRange<Integer>(field->get<std::int64_t>()), value);
    } else {
      Refuse(key);
    }
  }

  void operator()(const char* key, Phase& phase) { Accept(key, PhaseFromWord(Word(key)), phase); }
  void operator()(const char* key, JobOutcome& outcome) {
    Accept(key, JobOutcomeFromWord(Word(key)), outcome);
  }
  void operator()(const char* key, ErrorCode& code) {
    Accept(key, ErrorCodeFromWord(Word(key)), code);
  }

  /// A key may be missing only here.
  template <class Value>
  void operator()(const char* key, std::optional<Value>& value) {
    if (Find(key) != nullptr) (*this)(key, value.emplace());
  }

  template <class Struct>
    requires std::is_aggregate_v<Struct>
  void operator()(const char* key, Struct& value) {
    const nlohmann::json* const field = Find(key);
    if (field == nullptr || !field->is_object()) {
      Refuse(key);
      return;
    }
    JsonReader reader(*field);
    JsonFields<Struct>::Visit(reader, value);
    if (problem_.empty()) problem_ = reader.problem_;
  }

 private:
  explicit JsonReader(const nlohmann::json& object) : object_(object) {}

  template <std::integral Integer>
  static std::optional<Integer> InRange(std::integral auto number) {
    if (!std::in_range<Integer>(number)) return std::nullopt;
    return static_cast<Integer>(number);
  }

  template <class Value>
  void Accept(const char* key, std::optional<Value> found, Value& value) {
    if (found) {
      value = *std::move(found);
    } else {
      Refuse(key);
    }
  }

  [[nodiscard]] const nlohmann::json* Find(const char* key) const;
  /// The text of the key, empty when it has none.
  [[nodiscard]] std::string_view Word(const char* key) const;
  void Refuse(const char* key);

  const nlohmann::json& object_;
  std::string problem_;
};

void JsonReader::operator()(const char* key, std::string& text) {
  const nlohmann::json* const field = Find(key);
  if (field == nullptr || !field->is_string()) {
    Refuse(key);
  } else {
    text = field->get_ref<const std::string&>();
  }
}

void JsonReader::operator()(const char* key, bool& value) {
  const nlohmann::json* const field = Find(key);
  if (field == nullptr || !field->is_boolean()) {
    Refuse(key);
  } else {
    value = field->get<bool>();
  }
}

void JsonReader::operator()(const char* key, double& value) {
  const nlohmann::json* const field = Find(key);
  if (field == nullptr || !field->is_number()) {
    Refuse(key);
  } else {
    value = field->get<double>();
  }
}

const nlohmann::json* JsonReader::Find(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() ? nullptr : &*found;
}

std::string_view JsonReader::Word(const char* key) const {
  const nlohmann::json* const field = Find(key);
  if (field == nullptr || !field->is_string()) return {};
  return field->get_ref<const std::string&>();
}

void JsonReader::Refuse(const char* key) {
  if (!problem_.empty()) return;
  problem_ = fmt::format("the key '{}' is missing, of a wrong type or out of range", key);
}

}  // namespace

std::string EncodeSnapshot(const JobSnapshot& snapshot) { return JsonWriter::Text(snapshot); }

Result<JobSnapshot> DecodeSnapshot(std::string_view text) {
  JobSnapshot snapshot = REFLASH_TRY(JsonReader::Read<JobSnapshot>(text));
  if (snapshot.percent < 0 || snapshot.percent > 100) {
    return Fail(ErrorCode::kRwError, "{} percent", snapshot.percent);
  }
  return snapshot;
}

std::string EncodeJournalEntry(const JournalEntry& entry) { return JsonWriter::Text(entry); }

Result<JournalEntry> DecodeJournalEntry(std::string_view text) {
  return JsonReader::Read<JournalEntry>(text);
}

std::string EncodeHolder(const Holder& holder) { return JsonWriter::Text(holder); }

Result<Holder> DecodeHolder(std::string_view text) { return JsonReader::Read<Holder>(text); }

}  // namespace reflash
