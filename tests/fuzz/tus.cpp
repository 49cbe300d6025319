// Fuzzes the parsers of tus header fields.
#include "net/tus.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ks::net;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (auto length = tus::parse_length("Upload-Length", text); length && text.find_first_not_of("0123456789") != text.npos) std::abort();
    if (auto metadata = tus::parse_metadata(text); metadata && metadata->contains("")) std::abort();
    if (auto checksum = tus::parse_checksum(text); checksum && checksum->second.size() > size) std::abort();
    if (auto parts = tus::parse_parts(text, "/api/v1/uploads/"); parts && parts->size() > size) std::abort();
    return 0;
}
