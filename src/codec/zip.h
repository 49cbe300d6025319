#pragma once

#include "base/clock.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ks::codec {

struct ZipEntry {
    std::string name;  // UTF-8
    std::uint64_t size = 0;
    Time modified{};
};

// A ZIP archive of stored files (APPNOTE 6.3.10), written sequentially without knowing the contents in advance: per entry its local header,
// its bytes and its data descriptor, then the central directory and the end record. ZIP64 fields are present only where a size, an offset
// or a count requires them. The total size follows from the sizes of the entries.
class ZipArchive {
public:
    explicit ZipArchive(std::vector<ZipEntry> entries);

    std::uint64_t size() const;  // of the whole archive
    const std::vector<ZipEntry>& entries() const { return entries_; }

    std::string local_header(std::size_t index) const;
    std::string data_descriptor(std::size_t index, std::uint32_t crc) const;
    std::string directory_entry(std::size_t index, std::uint32_t crc) const;
    std::string end() const;

private:
    const std::vector<ZipEntry> entries_;
    std::vector<std::uint64_t> offsets_;  // of the local headers
    std::uint64_t directory_offset_ = 0;
    std::uint64_t directory_size_ = 0;
};

// Continues the CRC-32 `so_far` with more bytes; starts with 0.
std::uint32_t crc32(std::uint32_t so_far, std::string_view bytes);

}  // namespace ks::codec
