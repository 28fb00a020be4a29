// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "bus/syscalls.h"

namespace reflash {

/// A kernel with I2C adapters and network interfaces, for tests. Reads give 01h, 02h, 03h and so
/// on; what a test wants otherwise it puts into `rdwr_results` and `on_rdwr`.
class FakeKernel : public Syscalls {
 public:
  /// Makes /dev/i2c-`number` and its entries in sysfs. `below` is the path of what it hangs on
  /// under /sys/devices, such as "pci0/i2c-1" for the leg of a multiplexer.
  void AddAdapter(unsigned number, const std::string& below,
                  unsigned long functions = I2C_FUNC_I2C) {
    const std::string name = "i2c-" + std::to_string(number);
    AddNode("/dev/" + name, number);
    functions_[number] = functions;
    links["/sys/class/i2c-dev/" + name + "/device"] = "/sys/devices/" + below + "/" + name;
  }

  /// Another node of the same adapter.
  void AddNode(const std::string& path, unsigned number, unsigned major_number = 89) {
    files[path] = {.is_character_device = true, .character_device = makedev(major_number, number)};
  }

  void BindDriver(const std::string& device, const std::string& driver) {
    links["/sys/bus/i2c/devices/" + device + "/driver"] = "/sys/bus/i2c/drivers/" + driver;
  }

  /// Binds optoe to 50h of an adapter and makes its files; `below` as for AddAdapter. Returns the
  /// path of the EEPROM.
  std::string AddOptoe(unsigned number, const std::string& below, const std::string& write_max) {
    const std::string device = std::to_string(number) + "-0050";
    const std::string folder = "/sys/bus/i2c/devices/" + device;
    files[folder + "/eeprom"] = {};
    links[folder + "/eeprom"] =
        "/sys/devices/" + below + "/i2c-" + std::to_string(number) + "/" + device + "/eeprom";
    if (!write_max.empty()) contents[folder + "/write_max"] = write_max;
    BindDriver(device, "optoe");
    return folder + "/eeprom";
  }

  std::map<std::string, FileStatus> files;
  std::map<std::string, std::string> links;
  std::map<std::string, std::string> contents;
  std::map<std::string, int> open_errors;           ///< errno of Open, by path
  std::map<std::string, int> real_path_errors;      ///< errno of RealPath, by path
  std::deque<OrErrno<int>> rdwr_results;            ///< of the next I2C_RDWR calls
  std::function<void(unsigned adapter)> on_rdwr;    ///< called in the middle of an I2C_RDWR
  std::vector<std::string> transactions;            ///< "7: W7e009f", "7: W80 R4"
  std::vector<std::string> accesses;                ///< ReadAt "R127+1", WriteAt "W20480:0041"
  std::deque<OrErrno<std::size_t>> access_results;  ///< of the next of these
  std::map<std::uint64_t, std::byte> memory;        ///< what ReadAt finds; else 00h
  std::map<std::string, int> write_errors;          ///< errno of WriteSmallFile, by path
  std::set<int> open_descriptors;
  std::map<std::string, Bytes> mappable;                  ///< what a file that can be mapped holds
  std::map<std::string, int> map_errors;                  ///< errno of Map, by path
  int mappings = 0;                                       ///< that stand now
  std::function<void(const std::string& path)> on_write;  ///< called behind a WriteSmallFile

  OrErrno<int> Open(const std::string& path, int /*flags*/) override {
    if (const auto error = open_errors.find(path); error != open_errors.end()) {
      return std::unexpected(error->second);
    }
    const auto file = files.find(path);
    if (file == files.end()) return std::unexpected(ENOENT);
    const int descriptor = 1000 + static_cast<int>(adapters_.size());
    adapters_[descriptor] = minor(file->second.character_device);
    paths_[descriptor] = path;
    open_descriptors.insert(descriptor);
    return descriptor;
  }

  void Close(int descriptor) override { open_descriptors.erase(descriptor); }

  OrErrno<int> Ioctl(int descriptor, unsigned long request, void* argument) override {
    const unsigned adapter = adapters_.at(descriptor);
    if (request == I2C_FUNCS) {
      *static_cast<unsigned long*>(argument) = functions_.at(adapter);
      return 0;
    }
    if (request != I2C_RDWR) return std::unexpected(ENOTTY);
    if (on_rdwr) on_rdwr(adapter);
    const std::scoped_lock lock(mutex_);
    return Transfer(adapter, *static_cast<i2c_rdwr_ioctl_data*>(argument));
  }

  OrErrno<std::size_t> ReadAt(int /*descriptor*/, std::uint64_t offset,
                              std::span<std::byte> buffer) override {
    accesses.push_back(fmt::format("R{}+{}", offset, buffer.size()));
    for (std::size_t index = 0; index < buffer.size(); ++index) {
      const auto found = memory.find(offset + index);
      buffer[index] = found == memory.end() ? std::byte{0} : found->second;
    }
    return NextAccessResult(buffer.size());
  }

  OrErrno<std::size_t> WriteAt(int /*descriptor*/, std::uint64_t offset, ByteView data) override {
    accesses.push_back(fmt::format("W{}:{}", offset, ToHex(data)));
    return NextAccessResult(data.size());
  }

  OrErrno<std::span<std::byte>> Map(int descriptor, std::size_t size) override {
    const std::string& path = paths_.at(descriptor);
    if (const auto error = map_errors.find(path); error != map_errors.end()) {
      return std::unexpected(error->second);
    }
    Bytes& file = mappable[path];
    if (file.size() < size) return std::unexpected(EINVAL);
    ++mappings;
    return std::span(file).first(size);
  }

  void Unmap(std::span<std::byte> /*mapped*/) override { --mappings; }

  OrErrno<FileStatus> Status(const std::string& path) override { return Lookup(files, path); }

  OrErrno<std::string> RealPath(const std::string& path) override {
    if (const auto error = real_path_errors.find(path); error != real_path_errors.end()) {
      return std::unexpected(error->second);
    }
    return Lookup(links, path);
  }

  OrErrno<std::string> ReadSmallFile(const std::string& path) override {
    return Lookup(contents, path);
  }

  OrErrno<void> WriteSmallFile(const std::string& path, std::string_view text) override {
    if (const auto error = write_errors.find(path); error != write_errors.end()) {
      return std::unexpected(error->second);
    }
    if (!contents.contains(path)) return std::unexpected(ENOENT);
    contents[path] = text;
    if (on_write) on_write(path);
    return {};
  }

  /// Whatever stands below `path` in the tables above.
  OrErrno<std::vector<std::string>> ListDirectory(const std::string& path) override {
    std::set<std::string> names;
    CollectBelow(path, files, names);
    CollectBelow(path, links, names);
    CollectBelow(path, contents, names);
    if (names.empty()) return std::unexpected(ENOENT);
    return std::vector<std::string>(names.begin(), names.end());
  }

 private:
  OrErrno<std::size_t> NextAccessResult(std::size_t count) {
    if (access_results.empty()) return count;
    const OrErrno<std::size_t> result = access_results.front();
    access_results.pop_front();
    return result;
  }

  template <class Value>
  static void CollectBelow(const std::string& path, const std::map<std::string, Value>& table,
                           std::set<std::string>& names) {
    const std::string prefix = path + "/";
    for (const auto& [entry, value] : table) {
      if (!entry.starts_with(prefix)) continue;
      names.insert(entry.substr(prefix.size(), entry.find('/', prefix.size()) - prefix.size()));
    }
  }

  template <class Value>
  static OrErrno<Value> Lookup(const std::map<std::string, Value>& table, const std::string& path) {
    const auto found = table.find(path);
    if (found == table.end()) return std::unexpected(ENOENT);
    return found->second;
  }

  OrErrno<int> Transfer(unsigned adapter, const i2c_rdwr_ioctl_data& data) {
    std::string text = std::to_string(adapter) + ":";
    unsigned char next = 0;
    for (const i2c_msg& message : std::span(data.msgs, data.nmsgs)) {
      if (message.addr != 0x50) return std::unexpected(ENXIO);
      const auto bytes = std::as_writable_bytes(std::span(message.buf, message.len));
      const bool reads = (message.flags & I2C_M_RD) != 0;
      text += reads ? " R" + std::to_string(message.len) : " W" + ToHex(bytes);
      if (reads) std::ranges::generate(bytes, [&next] { return std::byte{++next}; });
    }
    transactions.push_back(std::move(text));
    if (rdwr_results.empty()) return static_cast<int>(data.nmsgs);
    const OrErrno<int> result = rdwr_results.front();
    rdwr_results.pop_front();
    return result;
  }

  std::map<unsigned, unsigned long> functions_;
  std::map<int, unsigned> adapters_;
  std::map<int, std::string> paths_;
  std::mutex mutex_;
};

}  // namespace reflash
