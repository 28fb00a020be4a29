// SPDX-License-Identifier: Apache-2.0
#include "cli/lab_image.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "emu/adapter/adapter_image.h"
#include "emu/card/card_image.h"
#include "emu/image_format.h"

namespace reflash::cli {
namespace {

/// What nobody but a test has: another root key, and a signing key to cancel.
constexpr std::uint32_t kRootKey = 0;
constexpr std::uint32_t kCanceledKey = 1;

std::string Described(const LabImageArguments& arguments, std::string_view part) {
  return fmt::format("version {}, for {}; manifest {}.toml", arguments.version.ToString(), part,
                     arguments.output);
}

Result<LabImage> MakeForModule(const LabImageArguments& arguments) {
  if (arguments.part.empty()) return Fail(ErrorCode::kInvalidArgument, "--part is needed");
  LabImage image{.bytes = REFLASH_TRY(emu::MakeImage(arguments.version, arguments.part,
                                                     arguments.size_bytes, arguments.seed))};
  image.manifest = emu::MakeManifest(arguments.version, arguments.part, image.bytes);
  image.description = Described(arguments, arguments.part);
  return image;
}

struct PartRow {
  std::string_view part;
  emu::CardFamily family;
};
constexpr std::array kParts{
    PartRow{"PAC N3000", emu::CardFamily::kN3000},
    PartRow{"PAC N6000", emu::CardFamily::kN6000},
};

struct SortRow {
  std::string_view word;
  emu::CardImageSort sort;
};
constexpr std::array kSorts{
    SortRow{"static-region", emu::CardImageSort::kStaticRegion},
    SortRow{"controller", emu::CardImageSort::kController},
    SortRow{"factory", emu::CardImageSort::kFactory},
};

Result<LabImage> MakeForCard(const LabImageArguments& arguments) {
  constexpr emu::CardImageSort kSigned = emu::CardImageSort::kStaticRegion;
  if (arguments.sort == "key-hash") {
    return LabImage{
        .bytes = emu::MakeRootHashFile(kSigned, emu::CardImageAction::kRootHash256, kRootKey),
        .manifest = "",
        .description = "the hash of a root key"};
  }
  if (arguments.sort == "key-cancellation") {
    return LabImage{.bytes = emu::MakeKeyCancellation(kSigned, kCanceledKey),
                    .manifest = "",
                    .description = "the cancellation of signing key 1"};
  }
  const auto* const sort = std::ranges::find(kSorts, arguments.sort, &SortRow::word);
  const auto* const part = std::ranges::find(kParts, arguments.part, &PartRow::part);
  if (sort == kSorts.end()) {
    return Fail(ErrorCode::kInvalidArgument, "there is no sort '{}' of a card's file",
                arguments.sort);
  }
  if (part == kParts.end()) {
    return Fail(ErrorCode::kInvalidArgument,
                "there is no card '{}'; there are 'PAC N3000' and 'PAC N6000'", arguments.part);
  }
  LabImage image{.bytes = REFLASH_TRY(emu::MakeCardImage(arguments.version, sort->sort,
                                                         arguments.size_bytes, arguments.seed))};
  image.manifest = emu::MakeCardManifest(arguments.version, part->family, image.bytes);
  image.description = Described(arguments, part->part);
  return image;
}

Result<LabImage> MakeForAdapter(const LabImageArguments& arguments) {
  emu::AdapterSettings adapter;
  if (!arguments.part.empty()) adapter.part = arguments.part;
  LabImage image{.bytes = REFLASH_TRY(emu::MakeAdapterImage(arguments.version, adapter,
                                                            arguments.size_bytes, arguments.seed))};
  image.manifest = emu::MakeAdapterManifest(arguments.version, adapter, image.bytes);
  image.description = Described(arguments, adapter.part);
  return image;
}

struct KindRow {
  std::string_view kind;
  Result<LabImage> (*make)(const LabImageArguments& arguments);
};
constexpr std::array kKinds{
    KindRow{"cmis-module", MakeForModule},
    KindRow{"fpga-card", MakeForCard},
    KindRow{"capi-adapter", MakeForAdapter},
};

}  // namespace

Result<LabImage> MakeLabImage(const LabImageArguments& arguments) {
  const auto* const row = std::ranges::find(kKinds, arguments.kind, &KindRow::kind);
  if (row != kKinds.end()) return row->make(arguments);
  return Fail(ErrorCode::kInvalidArgument,
              "there is no kind '{}'; there are cmis-module, fpga-card and capi-adapter",
              arguments.kind);
}

}  // namespace reflash::cli
