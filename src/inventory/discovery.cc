// SPDX-License-Identifier: Apache-2.0
#include "inventory/discovery.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "bus/i2c_dev_port.h"
#include "cmis/module/identity.h"
#include "flash/patient_claim.h"
#include "inventory/card_discovery.h"

namespace reflash::inventory {
namespace {

constexpr std::string_view kNodes = "/sys/class/i2c-dev";
constexpr std::string_view kClients = "/sys/bus/i2c/devices";
constexpr std::string_view kAdapterPrefix = "i2c-";
constexpr std::string_view kModuleSuffix = "-0050";

/// What optoe calls a port that nobody has named; the first is its own spelling.
constexpr std::array<std::string_view, 2> kUnnamedPorts{"unitialized", "uninitialized"};

/// The number in "i2c-7" or "7-0050".
std::optional<unsigned> NumberIn(std::string_view name, std::string_view before,
                                 std::string_view behind) {
  if (!name.starts_with(before) || !name.ends_with(behind)) return std::nullopt;
  if (name.size() <= before.size() + behind.size()) return std::nullopt;
  name = name.substr(before.size(), name.size() - before.size() - behind.size());
  unsigned number = 0;
  const char* const end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

std::string ClientPath(unsigned adapter) {
  return fmt::format("{}/{}{}", kClients, adapter, kModuleSuffix);
}

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

/// Whether a configuration may have it as a name, and a person would type it.
bool CanBeName(std::string_view name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:+@";
  return !name.empty() && name.find_first_not_of(kAllowed) == std::string_view::npos &&
         !name.starts_with('-') && std::ranges::find(kUnnamedPorts, name) == kUnnamedPorts.end();
}

}  // namespace

Task<Findings> Discovery::Run(std::stop_token stop) {
  const std::set<unsigned> nodes = AdapterNumbers(std::string(kNodes), kAdapterPrefix, "");
  const std::string clients(kClients);
  std::set<unsigned> adapters = AdapterNumbers(clients, "", kModuleSuffix);
  adapters.insert(nodes.begin(), nodes.end());
  if (nodes.empty() && !AdapterNumbers(clients, kAdapterPrefix, "").empty()) {
    findings_.remarks.emplace_back(
        "there are I2C adapters, but no nodes to reach them by: modprobe i2c-dev");
  }
  for (const unsigned adapter : nodes) {
    const auto path = syscalls_.RealPath(fmt::format("{}/i2c-{}/device", kNodes, adapter));
    if (path) adapter_paths_.push_back(*path);
  }
  for (const unsigned adapter : adapters) {
    if (stop.stop_requested()) co_return Fail(ErrorCode::kCanceled, "canceled");
    co_await Look(adapter);
  }
  FindCards(syscalls_, findings_);
  co_return std::move(findings_);
}

/// The numbers of the entries of a directory that are called `before`, a number, `behind`.
std::set<unsigned> Discovery::AdapterNumbers(const std::string& directory, std::string_view before,
                                             std::string_view behind) const {
  std::set<unsigned> numbers;
  const OrErrno<std::vector<std::string>> names = syscalls_.ListDirectory(directory);
  if (!names) return numbers;
  for (const std::string& name : *names) {
    if (const auto number = NumberIn(name, before, behind)) numbers.insert(*number);
  }
  return numbers;
}

/// The kernel driver that has address 50h; empty when it is free.
std::string Discovery::DriverOf(unsigned adapter) const {
  const OrErrno<std::string> driver = syscalls_.RealPath(ClientPath(adapter) + "/driver");
  return driver ? driver->substr(driver->rfind('/') + 1) : "";
}

/// Whether other adapters are below this one: the legs of a multiplexer.
bool Discovery::IsTrunk(unsigned adapter) const {
  const auto path = syscalls_.RealPath(fmt::format("{}/i2c-{}/device", kNodes, adapter));
  return path && std::ranges::any_of(adapter_paths_, [&path](const std::string& other) {
           return other.starts_with(*path + "/");
         });
}

Task<void> Discovery::Look(unsigned adapter) {
  const std::string driver = DriverOf(adapter);
  if (!driver.empty()) {
    LookAtBound(adapter, driver);
  } else if (IsTrunk(adapter)) {
    Remark(adapter, "the trunk of a multiplexer, whose legs were looked at instead");
  } else if (syscalls_.RealPath(fmt::format("{}/i2c-{}/device", kNodes, adapter))) {
    co_await LookAtFree(adapter);
  }
}

void Discovery::LookAtBound(unsigned adapter, const std::string& driver) {
  const std::string client = ClientPath(adapter);
  const bool is_optoe = driver.starts_with("optoe") && syscalls_.Status(client + "/eeprom");
  if (!is_optoe) {
    Remark(adapter, fmt::format("the kernel driver {} is bound to address 50h; if a module is "
                                "there, bind optoe to it, or none",
                                driver));
    return;
  }
  const OrErrno<std::string> name = syscalls_.ReadSmallFile(client + "/port_name");
  Add(adapter, fmt::format("optoe:{}/eeprom", client), "a port of the driver " + driver,
      name ? FirstLine(*name) : "");
}

Task<void> Discovery::LookAtFree(unsigned adapter) {
  const Result<std::unique_ptr<I2cPort>> port =
      I2cDevPort::Open(syscalls_, buses_, fmt::format("/dev/i2c-{}", adapter), {});
  if (!port) {
    Remark(adapter, port.error());
    co_return;
  }
  const Result<void> read = co_await Outcome(ReadModule(adapter, **port));
  if (!read) Remark(adapter, read.error());
}

/// Reads the first bytes of the lower memory:  S 50h W 00h  Sr 50h R byte 0, 1, 2  P
Task<void> Discovery::ReadModule(unsigned adapter, I2cPort& port) {
  const Result<Claim> claim = ledger_.TryClaim(
      port.hardware_address(), fmt::format("swp{}", adapter), std::string(kInspecting));
  if (!claim && claim.error().code() == ErrorCode::kBusy) {
    Add(adapter, fmt::format("i2c:/dev/i2c-{}", adapter),
        "not looked at: " + claim.error().Message());
    co_return;
  }
  if (!claim) co_await Fail(claim.error());
  constexpr std::array kFirstOffset{std::byte{0}};
  const std::array<I2cMessage, 2> messages{
      I2cMessage{.write = kFirstOffset, .read = 0},
      I2cMessage{.write = {}, .read = cmis::Basics::kBytes},
  };
  const I2cReply reply = co_await port.Transfer(messages);
  if (reply.acknowledged()) AddModule(adapter, reply.read);
}

void Discovery::AddModule(unsigned adapter, ByteView first_bytes) {
  const cmis::Basics basics = cmis::Basics::Parse(first_bytes);
  if (!basics.speaks_cmis()) {
    Remark(adapter, fmt::format("what answers at 50h is no CMIS module ({})", basics.FormFactor()));
    return;
  }
  const std::string model = fmt::format("{}, CMIS {}", basics.FormFactor(), basics.RevisionText());
  if (basics.flat) {
    Remark(adapter, model + ", with a flat memory: it has no firmware to load");
    return;
  }
  Add(adapter, fmt::format("i2c:/dev/i2c-{}", adapter), model);
}

void Discovery::Add(unsigned adapter, const std::string& bus, std::string remark,
                    std::string_view port_name) {
  DiscoveredDevice device{.configuration = {.driver = "cmis", .bus = bus},
                          .remarks = {std::move(remark)}};
  const std::string name =
      CanBeName(port_name) ? std::string(port_name) : fmt::format("swp{}", adapter);
  device.configuration.name = name;
  for (int number = 2; !names_.insert(device.configuration.name).second; ++number) {
    device.configuration.name = fmt::format("{}-{}", name, number);
  }
  // Who called the port like the interface meant it.
  if (name == port_name && syscalls_.Status("/sys/class/net/" + name)) {
    device.configuration.netdev.push_back(name);
  }
  findings_.devices.push_back(std::move(device));
}

void Discovery::Remark(unsigned adapter, std::string_view sentence) {
  findings_.remarks.push_back(fmt::format("i2c-{}: {}", adapter, sentence));
}

void Discovery::Remark(unsigned adapter, const Error& error) {
  findings_.forbidden = findings_.forbidden || error.code() == ErrorCode::kPermission;
  Remark(adapter, error.Message());
}

}  // namespace reflash::inventory
