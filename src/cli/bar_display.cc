// SPDX-License-Identifier: Apache-2.0
#include "cli/bar_display.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace reflash::cli {
namespace {

constexpr Duration kRedrawInterval = std::chrono::milliseconds(60);
constexpr std::size_t kBarWidth = 24;

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

TerminalSize SizeOfTerminal() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  if (!known) return {};
  return {.columns = size.ws_col, .rows = std::max<std::size_t>(size.ws_row, 4)};
}

std::string TimeLeft(const JobSnapshot& job) {
  if (!job.eta_seconds) return "";
  const auto seconds = static_cast<unsigned>(std::max(0.0, *job.eta_seconds) + 0.5);
  return fmt::format("{}:{:02} left", seconds / 60, seconds % 60);
}

void Write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

std::string BarRow(const JobSnapshot& job, std::size_t columns) {
  const std::size_t filled = kBarWidth * static_cast<std::size_t>(job.percent) / 100;
  const std::string bar = std::string(filled, '#') + std::string(kBarWidth - filled, '.');
  std::string row = fmt::format("{:<10} [{}] {:>3} %  {:<11}  {:<10}  {}", job.device, bar,
                                job.percent, PhaseWord(job.phase), TimeLeft(job), job.words);
  if (row.size() >= columns) row.resize(columns - 1);
  return row;
}

BarDisplay::~BarDisplay() { Write(Erase()); }

std::string BarDisplay::Erase() const {
  if (rows_drawn_ == 0) return "";
  return fmt::format("\x1b[{}A\r\x1b[J", rows_drawn_);
}

std::string BarDisplay::Bars() {
  const TerminalSize size = SizeOfTerminal();
  const std::size_t room = size.rows - 2;
  std::string text;
  rows_drawn_ = 0;
  for (const auto& [name, job] : running_) {
    if (rows_drawn_ == room) {
      text += fmt::format("... and {} more\n", running_.size() - room);
      ++rows_drawn_;
      break;
    }
    text += BarRow(job, size.columns) + "\n";
    ++rows_drawn_;
  }
  return text;
}

void BarDisplay::Show(const JobSnapshot& job) {
  std::string above;
  if (job.outcome) {
    running_.erase(job.device);
    above = fmt::format("{:<10} {}\n", job.device, OutcomeText(job));
  } else {
    running_.insert_or_assign(job.device, job);
  }
  const TimePoint now = scheduler_.Now();
  if (above.empty() && now - last_drawn_ < kRedrawInterval) return;
  last_drawn_ = now;
  const std::string erase = Erase();
  Write(erase + above + Bars());
}

}  // namespace reflash::cli
