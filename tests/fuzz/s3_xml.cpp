// Fuzzes the parser of S3's responses. Invariants: it accepts no more text and no more levels than the input has, and a document that ends
// early is refused.
#include "adapters/s3/xml.h"

#include <cstdint>
#include <cstdlib>

namespace {

using ks::s3::XmlElement;

std::size_t text_size(const XmlElement& element, int depth) {
    if (depth > 8) std::abort();
    std::size_t size = element.name.size() + element.text.size();
    for (const XmlElement& child : element.children) size += text_size(child, depth + 1);
    return size;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    auto document = ks::s3::parse_xml(text);
    if (!document) return 0;
    if (text_size(*document, 1) > size) std::abort();
    auto end = text.rfind('>');
    if (ks::s3::parse_xml(text.substr(0, end))) std::abort();
    return 0;
}
