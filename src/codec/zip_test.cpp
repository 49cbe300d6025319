#include "codec/zip.h"

#include <gtest/gtest.h>

namespace ks::codec {
namespace {

constexpr std::uint64_t four_gib = std::uint64_t{1} << 32;
const Time noon = *parse_rfc3339("2026-01-31T12:34:57.890Z");

std::uint64_t number(std::string_view record, std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(record.at(at + i));
    return value;
}

std::string hexed(std::string_view bytes) {
    std::string text;
    for (unsigned char byte : bytes) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", byte);
        text += digits;
    }
    return text;
}

std::string whole(const ZipArchive& archive, const std::vector<std::string>& contents) {
    std::string bytes;
    for (std::size_t i = 0; i < contents.size(); ++i) {
        bytes += archive.local_header(i) + contents[i] + archive.data_descriptor(i, crc32(0, contents[i]));
    }
    for (std::size_t i = 0; i < contents.size(); ++i) bytes += archive.directory_entry(i, crc32(0, contents[i]));
    return bytes + archive.end();
}

TEST(Crc32, IsThatOfZip) {
    EXPECT_EQ(crc32(0, ""), 0U);
    EXPECT_EQ(crc32(0, "123456789"), 0xcbf43926U);
    EXPECT_EQ(crc32(crc32(0, "1234"), "56789"), 0xcbf43926U);
}

TEST(Zip, OfOneFileIsTheseBytes) {
    ZipArchive archive({{"ü.txt", 5, noon}});
    EXPECT_EQ(hexed(archive.local_header(0)),
              "504b0304"
              "1400"
              "0808"
              "0000"
              "5c643f5c"
              "00000000"
              "00000000"
              "00000000"
              "0600"
              "0900"
              "c3bc2e747874"
              "5554"
              "0500"
              "01"
              "f1f67d69");
    EXPECT_EQ(hexed(archive.data_descriptor(0, 0x12345678)),
              "504b0708"
              "78563412"
              "05000000"
              "05000000");
    EXPECT_EQ(hexed(archive.directory_entry(0, 0x12345678)),
              "504b0102"
              "1403"
              "1400"
              "0808"
              "0000"
              "5c643f5c"
              "78563412"
              "05000000"
              "05000000"
              "0600"
              "0900"
              "0000"
              "0000"
              "0000"
              "0000a481"
              "00000000"
              "c3bc2e747874"
              "5554"
              "0500"
              "01"
              "f1f67d69");
    EXPECT_EQ(hexed(archive.end()),
              "504b0506"
              "0000"
              "0000"
              "0100"
              "0100"
              "3d000000"
              "42000000"
              "0000");
}

TEST(Zip, IsAsLongAsItSaid) {
    std::vector<std::string> contents{"hello", "", std::string(100'000, 'x')};
    ZipArchive archive({{"a", 5, noon}, {"empty", 0, noon}, {"日本語", 100'000, from_millis(0)}});
    EXPECT_EQ(whole(archive, contents).size(), archive.size());
    EXPECT_EQ(ZipArchive({}).size(), 22U);
    EXPECT_EQ(number(archive.directory_entry(1, 0), 42, 4), archive.local_header(0).size() + 5 + 16);
}

TEST(Zip, KeepsToThirtyTwoBitsAsLongAsTheyDo) {
    ZipArchive archive({{"a", four_gib - 2, noon}});
    EXPECT_EQ(number(archive.local_header(0), 4, 2), 20U);
    EXPECT_EQ(archive.data_descriptor(0, 0).size(), 16U);
    EXPECT_EQ(number(archive.directory_entry(0, 0), 20, 4), four_gib - 2);
    EXPECT_EQ(number(archive.directory_entry(0, 0), 6, 2), 20U);
}

TEST(Zip64, CarriesASizeFromFourGibibytesOn) {
    for (std::uint64_t size : {four_gib - 1, four_gib, std::uint64_t{5'000'000'000}}) {
        ZipArchive archive({{"a", size, noon}});
        auto header = archive.local_header(0);
        EXPECT_EQ(number(header, 4, 2), 45U);
        EXPECT_EQ(hexed(header.substr(18, 8)), "ffffffffffffffff");
        EXPECT_EQ(hexed(header.substr(30 + 1 + 9)),
                  "01001000"
                  "0000000000000000"
                  "0000000000000000")
            << "the descriptor has them";
        auto descriptor = archive.data_descriptor(0, 7);
        EXPECT_EQ(descriptor.size(), 24U);
        EXPECT_EQ(number(descriptor, 8, 8), size);
        EXPECT_EQ(number(descriptor, 16, 8), size);
        auto entry = archive.directory_entry(0, 7);
        EXPECT_EQ(number(entry, 4, 2), 0x032dU);
        EXPECT_EQ(hexed(entry.substr(20, 8)), "ffffffffffffffff");
        auto extra = entry.substr(46 + 1 + 9);
        EXPECT_EQ(hexed(extra.substr(0, 4)), "01001000");
        EXPECT_EQ(number(extra, 4, 8), size);
        EXPECT_EQ(number(extra, 12, 8), size);
        EXPECT_EQ(number(entry, 42, 4), 0U);
    }
}

TEST(Zip64, CarriesAnOffsetAloneWhereThatIsWhatIsLarge) {
    ZipArchive archive({{"a", four_gib - 10, noon}, {"b", 1, noon}});
    std::uint64_t offset = archive.local_header(0).size() + four_gib - 10 + 16;
    auto entry = archive.directory_entry(1, 0);
    EXPECT_EQ(number(archive.local_header(1), 4, 2), 20U);
    EXPECT_EQ(number(entry, 6, 2), 45U);
    EXPECT_EQ(number(entry, 20, 4), 1U);
    EXPECT_EQ(number(entry, 42, 4), four_gib - 1);
    EXPECT_EQ(hexed(entry.substr(46 + 1 + 9, 4)), "01000800");
    EXPECT_EQ(number(entry, 46 + 1 + 9 + 4, 8), offset);
}

TEST(Zip64, EndsWithARecordWhereTheDirectoryIsFarOut) {
    ZipArchive archive({{"a", four_gib, noon}});
    auto end = archive.end();
    std::uint64_t directory = archive.local_header(0).size() + four_gib + 24;
    std::uint64_t directory_size = archive.directory_entry(0, 0).size();
    ASSERT_EQ(end.size(), 56U + 20 + 22);
    EXPECT_EQ(hexed(end.substr(0, 16)),
              "504b0606"
              "2c00000000000000"
              "2d03"
              "2d00");
    EXPECT_EQ(number(end, 24, 8), 1U);
    EXPECT_EQ(number(end, 32, 8), 1U);
    EXPECT_EQ(number(end, 40, 8), directory_size);
    EXPECT_EQ(number(end, 48, 8), directory);
    EXPECT_EQ(hexed(end.substr(56, 8)),
              "504b0607"
              "00000000");
    EXPECT_EQ(number(end, 64, 8), directory + directory_size);
    EXPECT_EQ(number(end, 72, 4), 1U);
    EXPECT_EQ(number(end, 76 + 10, 2), 1U);
    EXPECT_EQ(number(end, 76 + 12, 4), directory_size);
    EXPECT_EQ(number(end, 76 + 16, 4), four_gib - 1);
    EXPECT_EQ(archive.size(), directory + directory_size + end.size());
}

TEST(Zip64, CountsMoreThanSixteenBits) {
    auto end_of = [](std::size_t count) { return ZipArchive(std::vector<ZipEntry>(count, {"a", 0, noon})).end(); };
    EXPECT_EQ(end_of(65534).size(), 22U);
    auto end = end_of(65535);
    ASSERT_EQ(end.size(), 56U + 20 + 22);
    EXPECT_EQ(number(end, 32, 8), 65535U);
    EXPECT_EQ(number(end, 76 + 10, 2), 65535U);
}

TEST(ZipTime, StaysWithinWhatDosKnows) {
    auto times = [](std::string_view text) {
        auto header = ZipArchive({{"a", 0, *parse_rfc3339(text)}}).local_header(0);
        auto time = number(header, 10, 2), date = number(header, 12, 2);
        char shown[40];
        std::snprintf(shown, sizeof shown, "%u-%02u-%02u %02u:%02u:%02u", static_cast<unsigned>(1980 + (date >> 9)),
                      static_cast<unsigned>(date >> 5 & 15), static_cast<unsigned>(date & 31), static_cast<unsigned>(time >> 11),
                      static_cast<unsigned>(time >> 5 & 63), static_cast<unsigned>(time & 31) * 2);
        return std::string(shown) + (header.size() > 31 ? "" : ", no timestamp");
    };
    EXPECT_EQ(times("2026-01-31T12:34:57.890Z"), "2026-01-31 12:34:56");
    EXPECT_EQ(times("1970-01-01T12:00:00Z"), "1980-01-01 00:00:00");
    EXPECT_EQ(times("2038-01-19T03:14:07Z"), "2038-01-19 03:14:06");
    EXPECT_EQ(times("2038-01-19T03:14:08Z"), "2038-01-19 03:14:08, no timestamp");
    EXPECT_EQ(times("2107-12-31T23:59:59Z"), "2107-12-31 23:59:58, no timestamp");
    EXPECT_EQ(times("2500-06-01T10:20:30Z"), "2107-12-31 10:20:30, no timestamp");
}

}  // namespace
}  // namespace ks::codec
