// SPDX-License-Identifier: Apache-2.0
// The second ring: the exact accesses of single steps, without engine and without emulated toy.
#include "example/toy_device.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "async/simulated_scheduler.h"
#include "example/scripted_toy.h"

namespace reflash::example {
namespace {

/// A driver on a script, and a job with an image of 258 bytes.
struct Scripted {
  explicit Scripted(const std::string& script)
      : device(std::make_shared<ToyDevice>(scheduler, std::make_unique<ScriptedToy>(script))),
        job(scheduler, "toy0", device,
            ImageToLoad{.image = Image::FromBytes(Bytes(258, std::byte{0xAB}), "fw.bin").value(),
                        .manifest = std::nullopt},
            {}) {}

  SimulatedScheduler scheduler;
  std::shared_ptr<ToyDevice> device;
  Job job;
};

TEST(ToyDevice, LooksBeforeItBelieves) {
  Scripted toy(R"(read 0 -> 544f5931
                  read 4 -> c0ffee
                  read 18 -> 4
                  read 1c -> 10200
                  read 20 -> 0)");
  const DeviceInfo info = toy.scheduler.Run(toy.device->Inspect()).value();
  EXPECT_EQ(info.part, "TOY-1");
  EXPECT_EQ(info.serial, "00C0FFEE");
  EXPECT_EQ(info.version, (Version{1, 2, 0}));
}

TEST(ToyDevice, TouchesNothingThatIsNoToy) {
  Scripted other("read 0 -> 12345678");
  EXPECT_EQ(other.scheduler.Run(other.device->Inspect()).error().code(), ErrorCode::kNotSupported);
  Scripted nobody("read 0 -> ffffffff");
  EXPECT_EQ(nobody.scheduler.Run(nobody.device->Inspect()).error().code(), ErrorCode::kNotFound);
}

TEST(ToyDevice, TellsItsSizeBeforeItBeginsAndWaitsForTheErase) {
  Scripted toy(R"(write 14 <- 102
                  write 10 <- 1
                  read 8 -> 1
                  read 8 -> 1
                  read 8 -> 2)");
  EXPECT_TRUE(toy.scheduler.Run(toy.device->Prepare(toy.job)));
}

TEST(ToyDevice, WritesABlockAndThenItsLength) {
  Scripted toy(R"(block abab
                  write 14 <- 2
                  write 10 <- 2
                  read 8 -> 2)");
  EXPECT_EQ(toy.scheduler.Run(toy.device->Write(toy.job, 256)), 2);
}

TEST(ToyDevice, TakesNoMoreThanABlockAtOnce) {
  std::string block;
  for (int count = 0; count < 256; ++count) block += "ab";
  Scripted toy("block " + block + "\nwrite 14 <- 100\nwrite 10 <- 2\nread 8 -> 2\n");
  EXPECT_EQ(toy.scheduler.Run(toy.device->Write(toy.job, 0)), 256);
}

TEST(ToyDevice, AsksWhyItFailedAndTellsWhere) {
  Scripted toy(R"(block abab
                  write 14 <- 2
                  write 10 <- 2
                  read 8 -> 3
                  read c -> 3)");
  const auto taken = toy.scheduler.Run(toy.device->Write(toy.job, 256));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code(), ErrorCode::kWearout);
  EXPECT_EQ(taken.error().Message(),
            "block 0x100 was not taken: the flash memory of the toy is worn out (error 3)");
}

TEST(ToyDevice, AbortsNothingThatIsNotOpen) {
  Scripted toy("read 8 -> 0\nread 8 -> 0\n");
  EXPECT_TRUE(toy.scheduler.Run(toy.device->Abort(toy.job)));
}

}  // namespace
}  // namespace reflash::example
