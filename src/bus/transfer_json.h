// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace reflash {

// What labs and recordings write alike. Templates, since JSON itself stays in .cc files.

/// The member `name` of an object, or nullptr.
template <class Json>
const Json* FindMember(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

/// The messages of a transaction: [{"write":"7f9f"},{"read":4}].
template <class Json, class Messages>
Json TransferToJson(const Messages& messages) {
  Json transfer = Json::array();
  for (const auto& message : messages) {
    transfer.push_back(message.read > 0 ? Json{{"read", message.read}}
                                        : Json{{"write", ToHex(message.write)}});
  }
  return transfer;
}

}  // namespace reflash
