// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/output.h"

namespace reflash::cli {

/// Text in columns as wide as their longest cell.
class Table {
 public:
  explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }

  /// `row` has as many cells as the head.
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void Print(const Output& output) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace reflash::cli
