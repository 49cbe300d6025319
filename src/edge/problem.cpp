#include "edge/problem.h"

#include "codec/json.h"
#include "codec/message.h"

namespace ks::edge {

net::Response problem(const Error& error, int status) {
    ErrorInfo about = error_info(error.code);
    if (status) about.status = status;
    codec::JsonWriter body;
    body.add("type", "about:blank")
        .add("title", about.title)
        .add("status", about.status)
        .add("detail", error.message)
        .add("code", about.code);
    if (!error.field.empty()) body.add("field", error.field);
    net::Response response{.status = about.status};
    response.with("Content-Type", "application/problem+json").with("Cache-Control", "no-store");
    response.body = body.text();
    if (about.status == 429 || about.status == 503) {
        response.with("Retry-After",
                      std::to_string(std::max<std::int64_t>(1, error.retry_after.value_or(std::chrono::seconds(1)).count())));
    }
    if (about.status == 401 && error.code != ErrorCode::InvalidCredentials) response.with("WWW-Authenticate", "Bearer");
    if (about.status == 426) response.with("Upgrade", "websocket").with("Connection", "Upgrade").with("Sec-WebSocket-Version", "13");
    return response;
}

std::string error_message(const Error& error) { return codec::encode(wire::Error{error.code, error.message}); }

CloseCode close_code(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidToken:
        case ErrorCode::AuthenticationRequired: return CloseCode::Unauthenticated;
        case ErrorCode::ConnectionLimit:
        case ErrorCode::Unavailable: return CloseCode::TryAgainLater;
        case ErrorCode::RateLimited: return CloseCode::PolicyViolation;
        case ErrorCode::InvalidMessage:
        case ErrorCode::NotFound:
        case ErrorCode::Gone: return CloseCode::NoSuchShare;
        default: return CloseCode::InternalError;
    }
}

}  // namespace ks::edge
