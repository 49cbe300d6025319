#pragma once

#include "cli/api.h"

#include <functional>

namespace ks::cli {

// Server-sent events out of a stream of bytes: hands over the `data` of each, and notes its cursor.
class EventReader {
public:
    // False when an event is longer than any of KingShare's.
    bool take(std::string_view bytes, const std::function<void(std::string)>& on_event);
    const std::string& cursor() const { return cursor_; }
    void set_cursor(std::string cursor) { cursor_ = std::move(cursor); }
    void forget_rest() { rest_.clear(); }  // the stream broke in the middle of one

private:
    std::string rest_;
    std::string cursor_;
};

}  // namespace ks::cli
