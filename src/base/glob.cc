// SPDX-License-Identifier: Apache-2.0
#include "base/glob.h"

#include <cstddef>

namespace reflash {

bool GlobMatches(std::string_view pattern, std::string_view text) {
  // On a mismatch it is enough to let the last star take one byte more: what stood before that
  // star has matched, and any star can take over what an earlier one would have taken.
  std::size_t at = 0;
  std::size_t after_star = std::string_view::npos;
  std::size_t star_end = 0;
  std::size_t position = 0;
  while (position < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      after_star = ++at;
      star_end = position;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[position])) {
      ++at;
      ++position;
    } else if (after_star != std::string_view::npos) {
      at = after_star;
      position = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool IsGlob(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

}  // namespace reflash
