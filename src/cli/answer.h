#pragma once

#include "cli/http.h"
#include "codec/json.h"

namespace ks::cli {

// What the server says, as values and as trouble.

// An answer that is no 2xx, as a person reads it: what was wrong, and what to do next.
Trouble trouble_of(const HttpAnswer& answer, const std::string& server);

Outcome<JsonObject> json_of(const HttpAnswer& answer);

// An answer that lacks what the protocol promises: it comes from something else.
Trouble not_understood(const std::string& detail);

template <class T>
Outcome<T> understood(Result<T> result) {
    if (!result) return tl::unexpected(not_understood(result.error().message));
    if constexpr (std::is_void_v<T>) {
        return {};
    } else {
        return std::move(*result);
    }
}

}  // namespace ks::cli
