// SPDX-License-Identifier: Apache-2.0
#include "bus/bus_address.h"

#include <algorithm>
#include <array>

namespace reflash {
namespace {

Result<BusAddress> ParseI2cDev(std::string_view rest) {
  if (rest.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "'i2c:' needs a node, such as i2c:/dev/i2c-7");
  }
  return I2cDevAddress{std::string(rest)};
}

Result<BusAddress> ParseLab(std::string_view rest) {
  const std::size_t mark = rest.rfind('#');
  if (mark == std::string_view::npos || mark == 0 || mark + 1 == rest.size()) {
    return Fail(ErrorCode::kInvalidArgument,
                "'lab:{}' needs a socket and a port, such as lab:/run/lab.sock#swp1", rest);
  }
  return LabAddress{.socket = std::string(rest.substr(0, mark)),
                    .port = std::string(rest.substr(mark + 1))};
}

Result<BusAddress> ParseOptoe(std::string_view rest) {
  if (rest.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "'optoe:' needs a file, such as optoe:/sys/bus/i2c/devices/7-0050/eeprom");
  }
  return OptoeAddress{std::string(rest)};
}

Result<BusAddress> ParseReplay(std::string_view rest) {
  if (rest.empty()) return Fail(ErrorCode::kInvalidArgument, "'replay:' needs a recording");
  return ReplayAddress{std::string(rest)};
}

/// "0000:3b:00.0"; x stands for a hexadecimal digit.
constexpr std::string_view kFunctionPattern = "xxxx:xx:xx.x";
constexpr unsigned kBars = 6;

bool IsLowerHex(char character) {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
}

bool IsPciFunction(std::string_view text) {
  return std::ranges::equal(text, kFunctionPattern, [](char character, char pattern) {
    return pattern == 'x' ? IsLowerHex(character) : character == pattern;
  });
}

Result<BusAddress> ParsePci(std::string_view rest) {
  const std::string_view function = rest.substr(0, rest.find('#'));
  const std::string_view bar = rest.substr(function.size());
  const bool names_bar =
      bar.size() == 2 && bar[1] >= '0' && bar[1] < '0' + static_cast<char>(kBars);
  if (!IsPciFunction(function) || !(bar.empty() || names_bar)) {
    return Fail(ErrorCode::kInvalidArgument,
                "'pci:{}' needs domain, bus, device and function in lower case, and may name a BAR "
                "from 0 to 5, such as pci:0000:3b:00.0#2",
                rest);
  }
  return PciAddress{.function = std::string(function),
                    .bar = names_bar ? static_cast<unsigned>(bar[1] - '0') : 0};
}

struct Scheme {
  std::string_view prefix;
  Result<BusAddress> (*parse)(std::string_view rest);
};

constexpr std::array kSchemes{
    Scheme{"i2c:", ParseI2cDev},    Scheme{"optoe:", ParseOptoe}, Scheme{"lab:", ParseLab},
    Scheme{"replay:", ParseReplay}, Scheme{"pci:", ParsePci},
};

std::string KnownSchemes() {
  std::string list;
  for (const Scheme& scheme : kSchemes) {
    list += list.empty() ? "" : ", ";
    list += scheme.prefix;
  }
  return list;
}

bool IsControl(char character) {
  const auto value = static_cast<unsigned char>(character);
  return value < 0x20 || value == 0x7F;
}

}  // namespace

Result<BusAddress> ParseBusAddress(std::string_view text) {
  if (std::ranges::any_of(text, IsControl)) {
    return Fail(ErrorCode::kInvalidArgument, "a bus address with control characters");
  }
  const auto* const scheme = std::ranges::find_if(
      kSchemes, [text](const Scheme& known) { return text.starts_with(known.prefix); });
  if (scheme == kSchemes.end()) {
    return Fail(ErrorCode::kInvalidArgument, "bus '{}' begins with none of: {}", text,
                KnownSchemes());
  }
  return scheme->parse(text.substr(scheme->prefix.size()));
}

}  // namespace reflash
