#include "model/byte_ranges.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace ks {

namespace {

constexpr std::size_t number_bytes = 8;

void append_number(std::string& out, std::uint64_t number) {
    for (std::size_t i = 0; i < number_bytes; ++i) out += static_cast<char>(number >> (8 * i));
}

std::uint64_t number_at(std::string_view bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = number_bytes; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    return number;
}

}  // namespace

void ByteRanges::add(std::uint64_t first, std::uint64_t length) {
    if (length == 0) return;
    std::uint64_t end = first + std::min(length, std::numeric_limits<std::uint64_t>::max() - first);
    auto next = ends_.upper_bound(first);
    if (next != ends_.begin() && std::prev(next)->second >= first) --next;
    while (next != ends_.end() && next->first <= end) {
        first = std::min(first, next->first);
        end = std::max(end, next->second);
        next = ends_.erase(next);
    }
    ends_.emplace(first, end);
    if (ends_.size() > max_ranges) close_smallest_gap();
}

void ByteRanges::add(const ByteRanges& other) {
    for (auto [first, end] : other.ends_) add(first, end - first);
}

void ByteRanges::close_smallest_gap() {
    auto closest = ends_.begin();
    std::uint64_t smallest = std::numeric_limits<std::uint64_t>::max();
    for (auto range = ends_.begin(); std::next(range) != ends_.end(); ++range) {
        std::uint64_t gap = std::next(range)->first - range->second;
        if (gap < smallest) {
            smallest = gap;
            closest = range;
        }
    }
    closest->second = std::next(closest)->second;
    ends_.erase(std::next(closest));
}

bool ByteRanges::covers(std::uint64_t size) const {
    return size == 0 || (!ends_.empty() && ends_.begin()->first == 0 && ends_.begin()->second >= size);
}

std::uint64_t ByteRanges::size() const {
    std::uint64_t sum = 0;
    for (auto [first, end] : ends_) sum += end - first;
    return sum;
}

std::string ByteRanges::encode() const {
    std::string out;
    for (auto [first, end] : ends_) {
        append_number(out, first);
        append_number(out, end);
    }
    return out;
}

ByteRanges ByteRanges::parse(std::string_view bytes) {
    ByteRanges ranges;
    for (; bytes.size() >= 2 * number_bytes; bytes.remove_prefix(2 * number_bytes)) {
        std::uint64_t first = number_at(bytes), end = number_at(bytes.substr(number_bytes));
        if (first < end) ranges.add(first, end - first);
    }
    return ranges;
}

}  // namespace ks
