#pragma once

#include "base/size.h"

#include <cstdint>

namespace ks::s3 {

// Division of a blob into the parts of a multipart upload. It depends on the offset alone, not on the writer: two writers that send the
// part of one number send the same range. Parts grow with the offset, so that a small blob needs little memory and a large one few parts:
// with 1000 parts, 100 of 8 MiB, 200 of 16 MiB, 300 of 32 MiB and 400 of 64 MiB, 38 GiB together.
class PartLayout {
public:
    explicit PartLayout(unsigned most_parts) : most_parts_(most_parts) {}

    // `number` starts at 1. 0 if there is no such part.
    std::uint64_t size_of(unsigned number) const {
        std::uint64_t tenth = most_parts_ / 10;
        if (number > most_parts_) return 0;
        if (number <= tenth) return 8_MiB;
        if (number <= 3 * tenth) return 16_MiB;
        if (number <= 6 * tenth) return 32_MiB;
        return 64_MiB;
    }

    std::uint64_t begin_of(unsigned number) const {
        std::uint64_t begin = 0;
        for (unsigned before = 1; before < number; ++before) begin += size_of(before);
        return begin;
    }

private:
    const unsigned most_parts_;
};

// Bounds of S3 for all parts but the last, and for copies, which copies stay well below.
constexpr std::uint64_t smallest_part = 5_MiB;
constexpr std::uint64_t largest_copy = 1024_MiB;

}  // namespace ks::s3
