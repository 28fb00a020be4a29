// SPDX-License-Identifier: Apache-2.0
#include "cli/confirmation.h"

#include <fmt/ranges.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>

namespace reflash::cli {

bool CanAsk(const Output& output) {
  return !output.json() && ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

std::string Question(const std::vector<Deed>& deeds) {
  std::map<std::string, std::vector<std::string>> devices;
  for (const Deed& deed : deeds) devices[deed.what].push_back(deed.device);
  std::vector<std::string> parts;
  parts.reserve(devices.size());
  for (const auto& [what, names] : devices) {
    parts.push_back(fmt::format("{} {}", what, fmt::join(names, ", ")));
  }
  return fmt::format("{}? [y/N] ", fmt::join(parts, "; "));
}

bool IsYes(std::string_view answer) {
  constexpr std::array<std::string_view, 2> kYes{"y", "yes"};
  std::string word(answer.substr(0, answer.find_last_not_of(" \t\r\n") + 1));
  std::ranges::transform(word, word.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::ranges::find(kYes, word) != kYes.end();
}

Task<bool> Confirm(RealScheduler& scheduler, std::string question, std::stop_token stop) {
  std::fwrite(question.data(), 1, question.size(), stdout);
  std::fflush(stdout);
  co_await scheduler.WaitReadable(STDIN_FILENO, std::move(stop));
  // A terminal gives a line at a time; no line at all is no.
  std::array<char, 256> line{};
  const ssize_t count = ::read(STDIN_FILENO, line.data(), line.size());
  co_return count > 0 && IsYes({line.data(), static_cast<std::size_t>(count)});
}

}  // namespace reflash::cli
