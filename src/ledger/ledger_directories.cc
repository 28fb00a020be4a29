// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger_directories.h"

#include <fmt/core.h>

#include <unistd.h>

#include <cstdlib>

namespace reflash {
namespace {

using Path = std::filesystem::path;

std::optional<std::string> EnvironmentVariable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

/// The absolute path in a variable; nothing for anything else.
std::optional<Path> AbsolutePath(const LedgerDirectories::Variable& variable, const char* name) {
  Path path = variable(name).value_or("");
  if (!path.is_absolute()) return std::nullopt;
  return path;
}

/// The directory that somebody chose by a variable of ours.
Result<std::optional<Path>> Chosen(const LedgerDirectories::Variable& variable, const char* name) {
  const std::string value = variable(name).value_or("");
  if (value.empty()) return std::nullopt;
  if (!Path(value).is_absolute()) {
    return Fail(ErrorCode::kInvalidArgument, "{}={} is not an absolute path", name, value);
  }
  return Path(value);
}

void UseDefaultRuntime(uid_t user, const LedgerDirectories::Variable& variable,
                       LedgerDirectories& directories) {
  if (user == 0) {
    directories.runtime = "/run/reflash";
  } else if (const auto runtime = AbsolutePath(variable, "XDG_RUNTIME_DIR")) {
    directories.runtime = *runtime / "reflash";
  } else {
    directories.runtime = fmt::format("/tmp/reflash-{}", user);
    directories.runtime_must_be_private = true;
  }
}

Result<Path> DefaultState(uid_t user, const LedgerDirectories::Variable& variable) {
  if (user == 0) return "/var/lib/reflash";
  if (const auto state = AbsolutePath(variable, "XDG_STATE_HOME")) return *state / "reflash";
  if (const auto home = AbsolutePath(variable, "HOME")) return *home / ".local/state/reflash";
  return Fail(
      ErrorCode::kNotFound,
      "no place for the journal: neither REFLASH_STATE_DIR, XDG_STATE_HOME nor HOME is set");
}

}  // namespace

Result<LedgerDirectories> LedgerDirectories::FromEnvironment() {
  return Choose(::geteuid(), EnvironmentVariable);
}

Result<LedgerDirectories> LedgerDirectories::Choose(uid_t user, const Variable& variable) {
  const std::optional<Path> runtime = REFLASH_TRY(Chosen(variable, "REFLASH_RUNTIME_DIR"));
  const std::optional<Path> state = REFLASH_TRY(Chosen(variable, "REFLASH_STATE_DIR"));
  LedgerDirectories directories;
  if (runtime) {
    directories.runtime = *runtime;
  } else {
    UseDefaultRuntime(user, variable, directories);
  }
  directories.state = state ? *state : REFLASH_TRY(DefaultState(user, variable));
  return directories;
}

}  // namespace reflash
