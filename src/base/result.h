#pragma once

#include "protocol/codes.h"

#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace ks {

// An error that a caller can cause or must expect. `code` is for programs, `message` for the person calling (the mistake and the allowed
// values), `detail` for the log only.
struct Error {
    ErrorCode code;
    std::string message;
    std::string detail{};
    std::string field{};
    std::optional<std::chrono::seconds> retry_after{};
};

template <class T = void>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message = {}) {
    if (message.empty()) message = error_info(code).title;
    return tl::unexpected(Error{code, std::move(message)});
}

// INVALID_REQUEST for a field of the request.
inline tl::unexpected<Error> bad_field(std::string field, std::string message) {
    return tl::unexpected(Error{.code = ErrorCode::InvalidRequest, .message = std::move(message), .field = std::move(field)});
}

// INTERNAL_ERROR: the caller gets a generic message, `detail` goes to the log.
inline tl::unexpected<Error> internal_error(std::string detail) {
    return tl::unexpected(Error{ErrorCode::InternalError, "Internal server error; the server's log has the details", std::move(detail)});
}

// UNAVAILABLE for read and write errors of the disk: a retry may succeed. `detail` goes to the log.
inline tl::unexpected<Error> storage_unavailable(std::string detail) {
    return tl::unexpected(Error{ErrorCode::Unavailable, "The server's storage is failing; try again later", std::move(detail)});
}

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace ks

// Aborts the process if an invariant is violated, in release builds too.
#define KS_ASSERT(expression) ((expression) ? void() : ::ks::assertion_failed(#expression, __FILE__, __LINE__))

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration, a name and a keyword can't stand in parentheses.
#define KS_JOIN_(a, b) a##b
#define KS_JOIN(a, b) KS_JOIN_(a, b)
#define KS_TRY_(return_keyword, result, declaration, expression)           \
    auto result = (expression);                                            \
    if (!result) return_keyword tl::unexpected(std::move(result.error())); \
    declaration = std::move(*result)
#define KS_CHECK_(return_keyword, result, expression) \
    if (auto result = (expression); !result) return_keyword tl::unexpected(std::move(result.error()))
// NOLINTEND(bugprone-macro-parentheses)

// KS_TRY(auto value, expression): binds the value or returns the error to the caller; KS_CHECK: the same for Result<void>. Coroutines must
// use KS_CO_TRY and KS_CO_CHECK.
#define KS_TRY(declaration, expression) KS_TRY_(return, KS_JOIN(ks_result_, __LINE__), declaration, expression)
#define KS_CHECK(expression) KS_CHECK_(return, KS_JOIN(ks_result_, __LINE__), expression)
#define KS_CO_TRY(declaration, expression) KS_TRY_(co_return, KS_JOIN(ks_result_, __LINE__), declaration, expression)
#define KS_CO_CHECK(expression) KS_CHECK_(co_return, KS_JOIN(ks_result_, __LINE__), expression)
