// SPDX-License-Identifier: Apache-2.0
// A pattern and a text behind its first line feed, against the definition of a match.
#include "base/glob.h"

#include <cstddef>
#include <string_view>
#include <vector>

#include "input.h"

namespace {

using Suffixes = std::vector<bool>;  ///< at i: whether the pattern matches the text from i on

/// The suffixes that `letter` and a rest that matches `rest` match.
Suffixes Before(char letter, std::string_view text, const Suffixes& rest) {
  Suffixes matches(rest.size());
  for (std::size_t begin = text.size() + 1; begin-- > 0;) {
    const bool more = begin < text.size();
    if (letter == '*') {
      matches[begin] = rest[begin] || (more && matches[begin + 1]);
    } else {
      matches[begin] = more && (letter == '?' || letter == text[begin]) && rest[begin + 1];
    }
  }
  return matches;
}

bool Matches(std::string_view pattern, std::string_view text) {
  Suffixes matches(text.size() + 1);
  matches.back() = true;
  for (; !pattern.empty(); pattern.remove_suffix(1))
    matches = Before(pattern.back(), text, matches);
  return matches.front();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = reflash::fuzz::Text(data, size);
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view pattern = input.substr(0, end);
  const std::string_view text = input.substr(end + 1);
  reflash::fuzz::Require(reflash::GlobMatches(pattern, text) == Matches(pattern, text));
  return 0;
}
