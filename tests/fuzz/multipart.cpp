// Fuzzes multipart/form-data. Invariant: a split body yields the same parts as the whole. Input: the first byte is the split size, the
// first line the boundary, the rest the body.
#include "net/multipart.h"

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

using ks::net::MultipartParser;
using Event = MultipartParser::Event;

struct Part {
    std::string name, filename, content_type, data;
    bool whole = false;
    bool operator==(const Part&) const = default;
};

struct Form {
    std::vector<Part> parts;
    bool ended = false, malformed = false;
    bool operator==(const Form&) const = default;
};

Form read(MultipartParser parser, std::string_view body, std::size_t portion) {
    Form form;
    for (std::size_t at = 0; at < body.size() && !form.ended; at += portion) {
        parser.feed(body.substr(at, portion));
        while (true) {
            auto event = parser.next();
            form.malformed = !event;
            if (!event) return form;
            if (*event == Event::NeedMore) break;
            if ((form.ended = *event == Event::End)) break;
            if (*event == Event::Part) form.parts.push_back({parser.name(), parser.filename(), parser.content_type()});
            if (form.parts.empty() || form.parts.back().whole) std::abort();
            if (*event == Event::Data) form.parts.back().data += parser.data();
            if (*event == Event::PartEnd) form.parts.back().whole = true;
        }
    }
    return form;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    auto type = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(type.size() + 1, body.size()));
    auto parser = MultipartParser::for_content_type(type);
    if (!parser) return 0;
    auto whole = read(*parser, body, body.size() + 1), pieces = read(*parser, body, 1 + data[0] % 32);
    // An unfinished part holds back bytes that may start a delimiter; their number depends on the split.
    if (!whole.parts.empty() && !whole.parts.back().whole && whole.parts.size() == pieces.parts.size()) {
        whole.parts.back().data.clear();
        pieces.parts.back().data.clear();
    }
    if (whole != pieces) std::abort();
    return 0;
}
