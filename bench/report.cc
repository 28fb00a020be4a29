// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <cstdio>

namespace reflash::bench {
namespace {

std::string TargetText(const Target& target) {
  return fmt::format("{}{:.4g}", target.kind == Target::Kind::kAtLeast ? ">=" : "<=", target.limit);
}

void PrintJson(const Figure& figure) {
  nlohmann::ordered_json line{{"bench", figure.bench}, {"value", figure.value}};
  line["unit"] = figure.unit;
  line["target"] = nullptr;
  if (figure.target) line["target"] = TargetText(*figure.target);
  line["ok"] = figure.ok();
  fmt::print("{}\n", line.dump());
}

std::string ValueText(double value) {
  if (value >= 1000) return fmt::format("{:.0f}", value);
  if (value >= 10) return fmt::format("{:.1f}", value);
  return fmt::format("{:.3f}", value);
}

void PrintRow(const Figure& figure) {
  const std::string target = figure.target ? TargetText(*figure.target) : "";
  fmt::print("{:<42} {:>9} {:<22} {:>9}{}\n", figure.bench, ValueText(figure.value), figure.unit,
             target, figure.ok() ? "" : "  MISSED");
}

}  // namespace

void Report::Add(const Figure& figure) {
  if (format_ == Format::kJson) {
    PrintJson(figure);
  } else {
    if (!began_) fmt::print("{:<42} {:>9} {:<22} {:>9}\n", "bench", "value", "unit", "target");
    PrintRow(figure);
  }
  began_ = true;
  targets_ += figure.target ? 1 : 0;
  missed_ += figure.ok() ? 0 : 1;
  std::fflush(stdout);
}

void Report::Finish() const {
  if (format_ == Format::kTable) fmt::print("{} of {} targets met\n", targets_ - missed_, targets_);
}

}  // namespace reflash::bench
