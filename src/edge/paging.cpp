#include "edge/paging.h"

#include "base/crypto.h"
#include "base/unicode.h"
#include "codec/json.h"
#include "edge/responses.h"

#include <charconv>

namespace ks::edge {

Result<Page> parse_page(const net::Target& target, int default_limit) {
    Page page{.limit = default_limit};
    if (std::string_view limit = target.parameter("limit"); target.has("limit")) {
        auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), page.limit);
        if (error != std::errc{} || end != limit.data() + limit.size() || page.limit < 1 || page.limit > 200) {
            return bad_field("limit", "\"limit\" must be a whole number from 1 to 200");
        }
    }
    if (target.has("cursor")) {
        auto bytes = from_base64url(target.parameter("cursor"));
        if (!bytes || bytes->size() < 16 || !is_storable(bytes->substr(16)))
            return bad_field("cursor", "\"cursor\" must be the \"next_cursor\" of the previous page");
        page.after_id = bytes->substr(0, 16);
        page.after_key = bytes->substr(16);
    }
    ++page.limit;
    return page;
}

net::Response page_answer(std::vector<std::string> items, const Page& page, const PagePosition& last) {
    bool more = static_cast<int>(items.size()) == page.limit;
    if (more) items.pop_back();
    codec::JsonWriter writer;
    writer.raw("items", codec::json_array(items));
    writer.add("next_cursor", more ? std::optional(base64url(std::string(last.id) + last.key)) : std::nullopt);
    return json_answer(200, writer.text());
}

}  // namespace ks::edge
