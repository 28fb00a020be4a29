// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace reflash {

/// Whether all of `text` matches `pattern`: `*` stands for any number of bytes, `?` for one byte,
/// everything else for itself. There is no escape and no locale, case matters, and `*` crosses
/// dots and slashes (fnmatch differs in each of these with its flags and the locale).
/// Takes at most |pattern| * |text| steps, whatever the pattern.
bool GlobMatches(std::string_view pattern, std::string_view text);

/// Whether `text` is a pattern, that is, contains `*` or `?`.
bool IsGlob(std::string_view text);

}  // namespace reflash
