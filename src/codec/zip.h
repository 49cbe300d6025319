#pragma once

#include "base/clock.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ks {

struct ZipEntry {
    std::string name;  // UTF-8
    std::uint64_t size = 0;
    Time modified{};
};

// A ZIP archive of stored files (APPNOTE 6.3.10), written front to back without knowing what is in them: per entry its local header, its
// bytes and its data descriptor; then each one's directory entry, and the end. ZIP64 fields stand where a size, an offset or a count needs
// them, and nowhere else. How long all of it is follows from the sizes.
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

// CRC-32 of what arrives in pieces; 0 is that of nothing.
std::uint32_t crc32(std::uint32_t so_far, std::string_view bytes);

}  // namespace ks
