// Fuzzes the response of a download. Input: the first line is the filename, the following lines are header fields of the request.
#include "edge/content.h"
#include "model/filename.h"

#include <array>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ks;
    if (size == 0) return 0;
    std::string_view left(reinterpret_cast<const char*>(data) + 1, size - 1);
    auto line = [&left] {
        auto line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        return std::string(line);
    };
    File file{.size = data[0], .content_type = "text/plain", .sha256 = std::string(32, 'x')};
    auto name = clean_filename(line());
    file.filename = name.value_or("x");
    net::Request request{.method = "GET"};
    for (const char* field : {"Range", "If-Range", "If-Match", "If-None-Match", "Want-Digest", "Want-Content-Digest"})
        if (auto value = line(); !value.empty()) request.headers.emplace_back(field, value);
    auto plan = edge::plan_content(request, file, false);
    if (plan.sends_content() && (plan.offset > file.size || plan.length > file.size - plan.offset)) std::abort();
    if (plan.response.status == 206 && plan.length == 0) std::abort();
    if (!plan.sends_content() && plan.response.status != 304 && plan.response.status != 412 && plan.response.status != 416) std::abort();
    // No header injection: response headers contain printable ASCII only.
    for (const auto& [field, value] : plan.response.headers)
        for (char c : value)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || static_cast<unsigned char>(c) >= 0x80) std::abort();
    return 0;
}
