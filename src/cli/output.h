// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/error.h"

namespace reflash::cli {

/// Where a command's words go. Standard output is for results, standard error for errors and
/// notices, one line each; with --json both go to standard output as objects, and it holds nothing
/// else. A reader that goes away does not stop the work: what cannot be written is dropped.
class Output {
 public:
  explicit Output(bool json) : json_(json) {}

  [[nodiscard]] bool json() const { return json_; }

  /// A line of text, or of JSON, on standard output.
  void Line(std::string_view line) const;
  /// "reflash: swp1: sentence". `device` may be empty.
  void PrintError(const Error& error, std::string_view device = {}) const;
  void PrintNotice(std::string_view device, std::string_view sentence) const;

 private:
  bool json_;
};

}  // namespace reflash::cli
