#pragma once

#include "cli/api.h"

#include <functional>

namespace ks::cli {

// Incremental parser of server-sent events, for the subset that KingShare sends. Tracks the id of the last event as cursor.
class EventReader {
public:
    // Calls `on_event` with the data of each complete event. Returns false if an incomplete event exceeds 1 MiB.
    bool take(std::string_view bytes, const std::function<void(std::string)>& on_event);
    const std::string& cursor() const { return cursor_; }
    void set_cursor(std::string cursor) { cursor_ = std::move(cursor); }
    void forget_rest() { rest_.clear(); }  // Drops an incomplete event; call before reconnecting.

private:
    std::string rest_;
    std::string cursor_;
};

}  // namespace ks::cli
