// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.h"

#include <unistd.h>

#include <cstddef>
#include <string_view>

#include "ledger/file_name.h"
#include "ledger/ledger_json.h"

namespace reflash {
namespace {

/// None of our files comes near it.
constexpr std::size_t kLargestFileBytes = 64U * 1024U;

constexpr std::string_view kSuffix = ".json";

/// Readable for watchers of other users. A group that may write is a choice of the administrator.
constexpr mode_t kMode = 0755;
constexpr mode_t kWidestMode = 0775;
constexpr mode_t kPrivateMode = 0700;

Result<std::string> JsonFileName(const std::string& hardware_address) {
  return REFLASH_TRY(FileNameFor(hardware_address)) + std::string(kSuffix);
}

Error Damaged(const Directory& directory, const std::string& name, Error cause) {
  return Error(ErrorCode::kRwError, fmt::format("{} is damaged", directory.PathOf(name).string()))
      .Because(std::move(cause));
}

/// Whether what stands under the name is no file of ours: too large, or not a regular file.
bool IsForeign(const Error& error) {
  return error.code() == ErrorCode::kInvalidSize || error.code() == ErrorCode::kInvalidArgument;
}

/// Reads the text of a file that belongs into the file of that name.
template <class Record>
Result<Record> DecodeFor(const std::string& name, std::string_view text,
                         Result<Record> (*decode)(std::string_view)) {
  Record record = REFLASH_TRY(decode(text));
  if (JsonFileName(record.hardware_address) == name) return record;
  return Fail(ErrorCode::kRwError, "it is about the hardware '{}'", record.hardware_address);
}

/// What `decode` makes of a file; nothing when there is no such file.
template <class Record>
Result<std::optional<Record>> ReadRecord(const Directory& directory, const std::string& name,
                                         Result<Record> (*decode)(std::string_view)) {
  Result<std::optional<std::string>> text = directory.ReadFile(name, kLargestFileBytes);
  if (!text && IsForeign(text.error())) {
    return Fail(Damaged(directory, name, std::move(text).error()));
  }
  if (!text) return Fail(std::move(text).error());
  if (!*text) return std::nullopt;
  Result<Record> record = DecodeFor(name, **text, decode);
  if (!record) return Fail(Damaged(directory, name, std::move(record).error()));
  return *std::move(record);
}

/// The names of the files in a directory that are ours.
Result<std::vector<std::string>> RecordNames(const Directory& directory) {
  std::vector<std::string> names = REFLASH_TRY(directory.Names());
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(kSuffix); });
  return names;
}

}  // namespace

Result<Ledger> Ledger::Open(const LedgerDirectories& directories) {
  const bool is_private = directories.runtime_must_be_private;
  const Directory runtime =
      REFLASH_TRY(Directory::OpenOrCreate(directories.runtime, is_private ? kPrivateMode : kMode,
                                          is_private ? kPrivateMode : kWidestMode));
  const Directory state =
      REFLASH_TRY(Directory::OpenOrCreate(directories.state, kMode, kWidestMode));
  const auto open = [](const Directory& parent, std::string_view name) {
    return Directory::OpenOrCreate(parent.PathOf(name), kMode, kWidestMode);
  };
  return Ledger(REFLASH_TRY(open(runtime, "claims")), REFLASH_TRY(open(runtime, "jobs")),
                REFLASH_TRY(open(state, "journal")));
}

Result<Claim> Ledger::TryClaim(const std::string& hardware_address, const std::string& device_name,
                               const std::string& purpose) const {
  return Claim::Take(claims_, hardware_address,
                     {.pid = ::getpid(), .device = device_name, .purpose = purpose});
}

std::optional<Holder> Ledger::FindHolder(const std::string& hardware_address) const {
  return Claim::FindHolder(claims_, hardware_address);
}

Result<void> Ledger::Publish(const Claim& claim, const JobSnapshot& snapshot) const {
  if (snapshot.hardware_address != claim.hardware_address()) {
    return Fail(ErrorCode::kInvalidArgument, "a snapshot of '{}' under the claim of '{}'",
                snapshot.hardware_address, claim.hardware_address());
  }
  return snapshots_.ReplaceFile(REFLASH_TRY(JsonFileName(snapshot.hardware_address)),
                                EncodeSnapshot(snapshot), Directory::Durability::kProcess);
}

Result<std::optional<JobSnapshot>> Ledger::ReadSnapshot(const std::string& hardware_address) const {
  return ReadRecord(snapshots_, REFLASH_TRY(JsonFileName(hardware_address)), DecodeSnapshot);
}

Result<std::vector<PublishedJob>> Ledger::ListSnapshots() const {
  std::vector<PublishedJob> jobs;
  for (const std::string& name : REFLASH_TRY(RecordNames(snapshots_))) {
    if (auto job = ReadPublishedJob(name)) jobs.push_back(*std::move(job));
  }
  return jobs;
}

std::optional<PublishedJob> Ledger::ReadPublishedJob(const std::string& name) const {
  // A job that ends between the two looks would seem to have died. So the dead are looked at
  // again: those who are dead stay as they are.
  std::optional<PublishedJob> job;
  while (true) {
    Result<std::optional<JobSnapshot>> snapshot = ReadRecord(snapshots_, name, DecodeSnapshot);
    if (!snapshot || !*snapshot) return std::nullopt;
    if (job && job->snapshot == **snapshot) return job;
    std::optional<Holder> holder = FindHolder((*snapshot)->hardware_address);
    job = PublishedJob{**std::move(snapshot), std::move(holder)};
    if (!job->Died()) return job;
  }
}

Result<void> Ledger::Begin(const JournalEntry& entry) const {
  return journal_.ReplaceFile(REFLASH_TRY(JsonFileName(entry.hardware_address)),
                              EncodeJournalEntry(entry), Directory::Durability::kPower);
}

Result<void> Ledger::Clear(const std::string& hardware_address) const {
  return journal_.RemoveFile(REFLASH_TRY(JsonFileName(hardware_address)));
}

Result<std::optional<JournalEntry>> Ledger::Find(const std::string& hardware_address) const {
  return ReadRecord(journal_, REFLASH_TRY(JsonFileName(hardware_address)), DecodeJournalEntry);
}

Result<std::vector<JournalEntry>> Ledger::All() const {
  std::vector<JournalEntry> entries;
  for (const std::string& name : REFLASH_TRY(RecordNames(journal_))) {
    std::optional<JournalEntry> entry = REFLASH_TRY(ReadRecord(journal_, name, DecodeJournalEntry));
    if (entry) entries.push_back(*std::move(entry));  // else it was cleared a moment ago
  }
  return entries;
}

}  // namespace reflash
