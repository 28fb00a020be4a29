// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_rack.h"

#include <array>

namespace reflash::cli {
namespace {

constexpr std::string_view kLabFile = R"(
time_scale = 4.0    # the modules' own times pass four times as fast; the buses are real

[[bus]]             # fast modules: extended payload, auto-paging, 2048-byte bursts
name = "fast"
clock_hz = 1000000

[[bus]]             # modules that take their image in the local payload, 116 bytes a block
name = "plain"
clock_hz = 400000

[[bus]]             # modules of CMIS 4 that fall silent while they work, in bursts of 8 bytes
name = "old"
clock_hz = 400000

[[card]]            # erases, authenticates and programs for minutes; here for seconds
name = "card0"
family = "n6000"
serial = "02:00:00:00:00:01"
staging_bytes = 1048576
authentication_ms = 4000
program_ms_per_mib = 40000
[[card]]            # its flash fails while the image is programmed: it goes on with the old one
name = "card1"
family = "n3000"
serial = "02:00:00:00:00:02"
staging_bytes = 1048576
authentication_ms = 4000
program_ms_per_mib = 40000
[[card.fault]]
when = "program"
do = "status:03"

[[adapter]]         # handed its image by the platform, chunk by chunk, twice
name = "capi0"
erase_ms = 4000
program_ms_per_mib = 2000

[[module]]
name = "swp1"
bus = "fast"
vendor = "ACME"
part = "OSFP-800G-DR8"
serial = "A0001"
[[module]]
name = "swp2"
bus = "fast"
vendor = "ACME"
part = "OSFP-800G-DR8"
serial = "A0002"
[[module]]
name = "swp3"
bus = "fast"
vendor = "ACME"
part = "OSFP-800G-FR4"
serial = "A0101"
[[module]]
name = "swp4"
bus = "fast"
vendor = "ACME"
part = "OSFP-800G-FR4"
serial = "A0102"
version = "1.3.0"   # runs the new version already

[[module]]
name = "swp5"
bus = "plain"
vendor = "Lumina Optics"
part = "QDD-400G-LR4"
serial = "LX7731"
version = "4.0.17"
write = "lpl"
auto_paging = false
[[module]]
name = "swp6"
bus = "plain"
vendor = "Lumina Optics"
part = "QDD-400G-LR4"
serial = "LX7732"
version = "4.0.17"
write = "lpl"
auto_paging = false
[[module.fault]]    # loses power in the middle of the image: the one that fails
when = "0103"
nth = 150
do = "power-cut"
[[module]]
name = "swp7"
bus = "plain"
vendor = "Lumina Optics"
part = "QDD-400G-ZR"
serial = "LZ0410"
version = "4.0.9"
write = "lpl"
trigger_on_stop = false
auto_paging = false
[[module]]
name = "swp8"
bus = "plain"
vendor = "Lumina Optics"
part = "QDD-400G-ZR"
serial = "LZ0411"
version = "4.0.9"
write = "lpl"
trigger_on_stop = false
auto_paging = false
[[module.fault]]    # a block arrives damaged, and is sent again
when = "0103"
nth = 42
do = "garble"

[[module]]
name = "swp9"
bus = "old"
vendor = "Oldfield"
part = "QDD-200G-SR4"
serial = "OF-2019-1"
version = "0.9.4"
cmis = "4.0"
write = "lpl"
read_write_length_ext = 0
auto_paging = false
trigger_on_stop = false
background = false
[[module]]
name = "swp10"
bus = "old"
vendor = "Oldfield"
part = "QDD-200G-SR4"
serial = "OF-2019-2"
version = "0.9.4"
cmis = "4.0"
write = "lpl"
read_write_length_ext = 0
auto_paging = false
trigger_on_stop = false
background = false
[[module]]
name = "swp11"
bus = "old"
vendor = "Oldfield"
part = "QDD-200G-AOC"
serial = "OF-2020-1"
version = "0.9.1"
cmis = "4.0"
write = "lpl"
read_write_length_ext = 0
auto_paging = false
trigger_on_stop = false
background = false
start_busy_ms = 4000
[[module]]
name = "swp12"
bus = "old"
vendor = "Oldfield"
part = "QDD-200G-AOC"
serial = "OF-2020-2"
version = "0.9.1"
cmis = "4.0"
write = "lpl"
read_write_length_ext = 0
auto_paging = false
trigger_on_stop = false
background = false
start_busy_ms = 4000
)";

constexpr std::array kImages{
    DemoImage{"ACME", "cmis-module", "OSFP-800G*", "1.3.0", 160U << 10U},
    DemoImage{"Lumina Optics", "cmis-module", "QDD-400G*", "4.1.0", 48U << 10U},
    DemoImage{"Oldfield", "cmis-module", "QDD-200G*", "1.0.0", 32U << 10U},
    DemoImage{"Intel", "fpga-card", "PAC N6000", "1.3.0", 512U << 10U},
    DemoImage{"Intel", "fpga-card", "PAC N3000", "1.3.0", 512U << 10U},
    DemoImage{"IBM", "capi-adapter", "CAPI-FLASH-GT", "1.3.0", 2U << 20U},
};

constexpr std::array kExpectations{
    DemoExpectation{"swp4", JobOutcome::kUpToDate},
    DemoExpectation{"swp6", JobOutcome::kFailed},
    DemoExpectation{"card1", JobOutcome::kFailed},
};

}  // namespace

std::string_view DemoLabFile() { return kLabFile; }
std::span<const DemoImage> DemoImages() { return kImages; }
std::span<const DemoExpectation> DemoExpectations() { return kExpectations; }

}  // namespace reflash::cli
