#pragma once

#include "base/id.h"
#include "base/result.h"
#include "net/http.h"
#include "net/target.h"
#include "ports/tx.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ks::edge {

// Parses ?limit= and the opaque ?cursor= of a list. `limit` of the result is one higher than requested, to detect a next page; see
// list_answer. Errors: INVALID_REQUEST.
Result<Page> parse_page(const net::Target& target, int default_limit = 50);

// Position of a row in its list, encoded in the cursor.
struct PagePosition {
    std::string key{};  // value of the column by which the list is sorted; empty if it is sorted by id
    std::string_view id{};

    template <class Tag>
    PagePosition(std::string key, const Id<Tag>& id) : key(std::move(key)), id(id.raw()) {}
    PagePosition() = default;
};

// Builds {"items": […], "next_cursor": …}. One item more than the requested limit signals a next page and is dropped. `last`: position of
// the last item that is shown.
net::Response page_answer(std::vector<std::string> items, const Page& page, const PagePosition& last);

// Builds the response of a list. `json_of` maps a row to JSON, `position_of` to its PagePosition.
template <class Row, class JsonOf, class PositionOf>
net::Response list_answer(const std::vector<Row>& rows, const Page& page, JsonOf json_of, PositionOf position_of) {
    std::vector<std::string> items;
    items.reserve(rows.size());
    for (const Row& row : rows) items.push_back(json_of(row));
    std::size_t shown = std::min<std::size_t>(rows.size(), static_cast<std::size_t>(page.limit - 1));
    return page_answer(std::move(items), page, shown > 0 ? position_of(rows[shown - 1]) : PagePosition());
}

}  // namespace ks::edge
