#include "cli/answer.h"

#include <charconv>

namespace ks::cli {

namespace {

std::optional<std::chrono::seconds> retry_after(const HttpAnswer& answer) {
    std::string_view text = answer.header("Retry-After");
    int seconds = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || seconds < 0) return std::nullopt;
    return std::chrono::seconds(seconds);
}

ExitCode exit_of(int status) {
    switch (status) {
        case 401:
        case 403: return ExitCode::NotAllowed;
        case 404: return ExitCode::NotFound;
        case 410: return ExitCode::Gone;
        case 413:
        case 507: return ExitCode::NoRoom;
        case 460: return ExitCode::Damaged;
        case 502:
        case 503:
        case 504: return ExitCode::Network;
        default: return ExitCode::Failed;
    }
}

// Message for a response without a KingShare problem document, e.g. from a proxy.
std::string strange_text(const HttpAnswer& answer, const std::string& server) {
    std::string status = std::to_string(answer.status);
    if (answer.status >= 300 && answer.status < 400) {
        std::string_view target = answer.header("Location");
        return server + " redirects to " + std::string(target) + "; use that address if you trust it";
    }
    if (answer.status == 413) {
        return "a proxy in front of " + server + " refuses bodies of this size; to find the setting to change, run: kingshare doctor " +
               server;
    }
    if (answer.status == 502 || answer.status == 503 || answer.status == 504) {
        return "the proxy at " + server + " can't reach KingShare (" + status + "); is it running?";
    }
    return "unexpected response from " + server + " (" + status + "); is it a KingShare server?";
}

}  // namespace

CommandError error_of_response(const HttpAnswer& answer, const std::string& server) {
    CommandError trouble{.exit = exit_of(answer.status)};
    trouble.transient = answer.status == 429 || answer.status == 502 || answer.status == 503 || answer.status == 504;
    trouble.retry_after = retry_after(answer);
    // Responses to HEAD have no problem document, only its Content-Type.
    bool ours = answer.header("Content-Type").starts_with("application/problem+json");
    auto problem = codec::JsonObject::parse(answer.body.empty() ? "{}" : answer.body);
    if (ours && answer.status == 401 && answer.body.empty()) trouble.code = "INVALID_TOKEN";
    if (!ours || !problem) {
        trouble.message = strange_text(answer, server);
        return trouble;
    }
    trouble.code = problem->string("code").value_or(trouble.code);
    trouble.message = problem->string("detail").value_or(problem->string("title").value_or("the server refused the request"));
    if (trouble.code == "AUTHENTICATION_REQUIRED" || trouble.code == "INVALID_TOKEN") {
        trouble.message += "; sign in with: kingshare login " + server;
    }
    bool says_when = trouble.message.find("try again in") != std::string::npos;
    if (trouble.retry_after && trouble.transient && !says_when)
        trouble.message += "; try again in " + std::to_string(trouble.retry_after->count()) + " s";
    return trouble;
}

Outcome<codec::JsonObject> json_of(const HttpAnswer& answer) { return understood(codec::JsonObject::parse(answer.body)); }

CommandError unexpected_response(const std::string& detail) {
    return {ExitCode::Failed, "unexpected response from the server (" + detail +
                                  "); is the address right, and is the server at least as new as this program?"};
}

}  // namespace ks::cli
