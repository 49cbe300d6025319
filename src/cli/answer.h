#pragma once

#include "cli/http.h"
#include "codec/json.h"

namespace ks::cli {

// Conversion of HTTP responses to values and errors.

// Returns the error of a non-2xx response, with a message for people: the problem and the next step. 429, 502, 503, 504 are transient.
CommandError error_of_response(const HttpAnswer& answer, const std::string& server);

Outcome<codec::JsonObject> json_of(const HttpAnswer& answer);

// Returns the error for a 2xx response that violates the protocol, probably from another kind of server.
CommandError unexpected_response(const std::string& detail);

template <class T>
Outcome<T> understood(Result<T> result) {
    if (!result) return tl::unexpected(unexpected_response(result.error().message));
    if constexpr (std::is_void_v<T>) {
        return {};
    } else {
        return std::move(*result);
    }
}

}  // namespace ks::cli
