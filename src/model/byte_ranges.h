#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ks {

// A set of byte positions, stored as ordered, disjoint ranges. Above max_ranges the smallest gap is closed: memory is bounded, and the set
// contains at least the added bytes.
class ByteRanges {
public:
    static constexpr std::size_t max_ranges = 128;

    void add(std::uint64_t first, std::uint64_t length);
    void add(const ByteRanges& other);
    bool covers(std::uint64_t size) const;  // contains [0, size); size may be 0
    std::uint64_t size() const;             // number of bytes
    bool empty() const { return ends_.empty(); }

    // Storage format: pairs of 8-byte little-endian numbers. parse() accepts any input and ignores incomplete or invalid pairs.
    std::string encode() const;
    static ByteRanges parse(std::string_view bytes);

    friend bool operator==(const ByteRanges&, const ByteRanges&) = default;

private:
    void close_smallest_gap();

    std::map<std::uint64_t, std::uint64_t> ends_;  // first byte → one past the last
};

}  // namespace ks
