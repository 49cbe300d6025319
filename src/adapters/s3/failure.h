#pragma once

#include "adapters/s3/http.h"

namespace ks::s3 {

// UNAVAILABLE with a hint when to retry. `detail` goes to the log; it must not name the endpoint.
tl::unexpected<Error> unavailable(std::string detail);

// Whether the same request may succeed a moment later: overload, an internal error, or a body that was damaged on its way.
bool is_temporary(long status, std::string_view body);

std::string error_code_of(const std::string& body);    // the Code of an Error document; empty if it is none
std::string description_of(const Response& response);  // "503 SlowDown"

// The error of a response that is not a success: NOT_FOUND, STORAGE_FULL, else UNAVAILABLE.
tl::unexpected<Error> failure_of(const char* operation, const Response& response);

}  // namespace ks::s3
