#include "codec/zip.h"

#include <zlib.h>

#include <limits>

namespace ks::codec {

namespace {

constexpr std::uint64_t large = 0xffffffff;  // in a 32-bit field: the value is in the ZIP64 extra field
constexpr std::uint64_t many = 0xffff;
constexpr int version_plain = 20;
constexpr int version_zip64 = 45;
constexpr int made_on_unix = 3 << 8;
constexpr int flags = 1 << 3 | 1 << 11;  // sizes and CRC follow the bytes; the name is UTF-8
constexpr int stored = 0;
constexpr int zip64_extra = 0x0001;
constexpr int timestamp_extra = 0x5455;
constexpr std::uint32_t regular_file = 0100644U << 16;

// Little-endian encoder.
class Record {
public:
    Record& u16(std::uint64_t value) { return number(value, 2); }
    Record& u32(std::uint64_t value) { return number(value, 4); }
    Record& u64(std::uint64_t value) { return number(value, 8); }
    Record& add(std::string_view bytes) {
        text.append(bytes);
        return *this;
    }

    std::string text{};

private:
    Record& number(std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xff);
        return *this;
    }
};

bool needs_zip64(const ZipEntry& entry) { return entry.size >= large; }

// MS-DOS date and time in steps of two seconds since 1980; UTC, because the time zone is unknown.
std::uint32_t dos_time(Time time) {
    using namespace std::chrono;
    static constexpr auto first = sys_days(year(1980) / 1 / 1), last = sys_days(year(2107) / 12 / 31);
    auto day = floor<days>(time);
    if (day < first) return 1 << 21 | 1 << 16;
    day = std::min(day, last);
    year_month_day date(day);
    hh_mm_ss clock(floor<seconds>(time - floor<days>(time)));
    auto years = static_cast<unsigned>(static_cast<int>(date.year()) - 1980);
    auto number = [](auto part) { return static_cast<unsigned>(part.count()); };
    return years << 25 | static_cast<unsigned>(date.month()) << 21 | static_cast<unsigned>(date.day()) << 16 | number(clock.hours()) << 11 |
           number(clock.minutes()) << 5 | number(clock.seconds()) / 2;
}

// Extended timestamp field: the time in UTC, which DOS time cannot express; empty if it exceeds 32 bits.
std::string timestamp(Time time) {
    auto seconds = to_millis(time) / 1000;
    if (seconds > std::numeric_limits<std::int32_t>::max()) return {};
    return Record().u16(timestamp_extra).u16(5).add("\x01").u32(static_cast<std::uint64_t>(seconds)).text;
}

}  // namespace

ZipArchive::ZipArchive(std::vector<ZipEntry> entries) : entries_(std::move(entries)) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        offsets_.push_back(directory_offset_);
        directory_offset_ += local_header(i).size() + entries_[i].size + data_descriptor(i, 0).size();
        directory_size_ += directory_entry(i, 0).size();
    }
}

std::uint64_t ZipArchive::size() const { return directory_offset_ + directory_size_ + end().size(); }

std::string ZipArchive::local_header(std::size_t index) const {
    const ZipEntry& entry = entries_[index];
    std::string extra = timestamp(entry.modified);
    bool zip64 = needs_zip64(entry);
    if (zip64) extra += Record().u16(zip64_extra).u16(16).u64(0).u64(0).text;
    std::uint64_t size = zip64 ? large : 0;  // given in the data descriptor
    Record record;
    record.add("PK\x03\x04").u16(zip64 ? version_zip64 : version_plain).u16(flags).u16(stored).u32(dos_time(entry.modified));
    record.u32(0).u32(size).u32(size).u16(entry.name.size()).u16(extra.size());
    return record.add(entry.name).add(extra).text;
}

std::string ZipArchive::data_descriptor(std::size_t index, std::uint32_t crc) const {
    const ZipEntry& entry = entries_[index];
    Record record;
    record.add("PK\x07\x08").u32(crc);
    if (needs_zip64(entry)) return record.u64(entry.size).u64(entry.size).text;
    return record.u32(entry.size).u32(entry.size).text;
}

std::string ZipArchive::directory_entry(std::size_t index, std::uint32_t crc) const {
    const ZipEntry& entry = entries_[index];
    std::uint64_t offset = offsets_[index];
    Record large_ones;
    if (needs_zip64(entry)) large_ones.u64(entry.size).u64(entry.size);
    if (offset >= large) large_ones.u64(offset);
    std::string extra = timestamp(entry.modified);
    bool zip64 = !large_ones.text.empty();
    if (zip64) extra += Record().u16(zip64_extra).u16(large_ones.text.size()).add(large_ones.text).text;
    int version = zip64 ? version_zip64 : version_plain;
    std::uint64_t size = std::min(entry.size, large);
    Record record;
    record.add("PK\x01\x02").u16(static_cast<std::uint64_t>(made_on_unix | version)).u16(static_cast<std::uint64_t>(version));
    record.u16(flags).u16(stored).u32(dos_time(entry.modified)).u32(crc).u32(size).u32(size);
    record.u16(entry.name.size()).u16(extra.size()).u16(0).u16(0).u16(0).u32(regular_file).u32(std::min(offset, large));
    return record.add(entry.name).add(extra).text;
}

std::string ZipArchive::end() const {
    std::uint64_t count = entries_.size();
    Record record;
    if (count >= many || directory_size_ >= large || directory_offset_ >= large) {
        record.add("PK\x06\x06").u64(44).u16(made_on_unix | version_zip64).u16(version_zip64).u32(0).u32(0);
        record.u64(count).u64(count).u64(directory_size_).u64(directory_offset_);
        record.add("PK\x06\x07").u32(0).u64(directory_offset_ + directory_size_).u32(1);
    }
    record.add("PK\x05\x06").u16(0).u16(0).u16(std::min(count, many)).u16(std::min(count, many));
    return record.u32(std::min(directory_size_, large)).u32(std::min(directory_offset_, large)).u16(0).text;
}

std::uint32_t crc32(std::uint32_t so_far, std::string_view bytes) {
    return static_cast<std::uint32_t>(::crc32_z(so_far, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace ks::codec
