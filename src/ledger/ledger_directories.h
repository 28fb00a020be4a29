// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"

namespace reflash {

/// Where the processes of one user, or all of root's, meet.
///
///                 runtime (claims, snapshots)           state (the journal)
///     root        /run/reflash                          /var/lib/reflash
///     others      $XDG_RUNTIME_DIR/reflash, else        $XDG_STATE_HOME/reflash, else
///                 /tmp/reflash-UID                      ~/.local/state/reflash
///     everybody   $REFLASH_RUNTIME_DIR before these     $REFLASH_STATE_DIR before these
///
/// The runtime directory is meant to vanish at a reboot, together with the processes that it
/// speaks of; the state directory is not.
struct LedgerDirectories {
  std::filesystem::path runtime;
  std::filesystem::path state;
  /// The runtime directory must have mode 0700. It is set for the one in /tmp, where anybody can
  /// create that name before us.
  bool runtime_must_be_private = false;

  bool operator==(const LedgerDirectories&) const = default;

  /// The value of an environment variable.
  using Variable = std::function<std::optional<std::string>(const char* name)>;

  /// The table above, for this process. The one place that reads the environment.
  static Result<LedgerDirectories> FromEnvironment();

  /// The table above, for `user`. A variable that is empty counts as not set, and so does, as XDG
  /// wants it, one of XDG's that is not an absolute path.
  /// Errors: kNotFound when nothing tells a place for the state (no HOME either);
  /// kInvalidArgument for a variable of ours (REFLASH_...) that is not an absolute path: in
  /// another working directory it would be another ledger.
  static Result<LedgerDirectories> Choose(uid_t user, const Variable& variable);
};

}  // namespace reflash
