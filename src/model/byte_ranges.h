#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ks {

// A set of byte positions, as disjoint ranges in order. Above max_ranges the smallest gap is closed: the set holds at least the bytes
// that were added, in bounded memory.
class ByteRanges {
public:
    static constexpr std::size_t max_ranges = 128;

    void add(std::uint64_t first, std::uint64_t length);
    void add(const ByteRanges& other);
    bool covers(std::uint64_t size) const;  // all bytes from 0 to size, which may be 0
    std::uint64_t size() const;             // how many bytes
    bool empty() const { return ends_.empty(); }

    // Pairs of 8-byte little-endian numbers: the form that is stored. parse() takes any bytes; those that are no whole pair are left out.
    std::string encode() const;
    static ByteRanges parse(std::string_view bytes);

    friend bool operator==(const ByteRanges&, const ByteRanges&) = default;

private:
    void close_smallest_gap();

    std::map<std::uint64_t, std::uint64_t> ends_;  // by first byte: one past the last
};

}  // namespace ks
