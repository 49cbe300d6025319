#pragma once

#include "cli/answer.h"
#include "cli/http.h"
#include "cli/session.h"
#include "codec/json.h"

namespace ks::cli {

// HTTP client of one server, signed in or anonymous. Paths are absolute: /api/v1/files. Calls block; not thread-safe.
class Api {
public:
    static Outcome<Api> of(const std::string& server);  // Signed in; an empty `server` means the default, see find_session.
    static Api as(Session session) { return Api(std::move(session)); }
    static Api anonymous(std::string server) { return Api(Session{.server = std::move(server)}); }

    const std::string& server() const { return session_.server; }
    const std::string& username() const { return session_.username; }
    bool is_signed_in() const { return !session_.access_token.empty(); }

    // Returns a 2xx response, or the error of any other. After INVALID_TOKEN, refreshes the token and retries once; a request with a
    // Source then fails as transient instead, and the caller restarts it. Waits out rate limits (429) for up to a minute, unless the
    // request has a Source or `within`.
    Outcome<HttpAnswer> send(HttpRequest request);
    Outcome<codec::JsonObject> get(const std::string& path);
    // Idempotent: sends an Idempotency-Key, and retries if the response is lost.
    Outcome<codec::JsonObject> post(const std::string& path, const codec::JsonWriter& body);
    Outcome<codec::JsonObject> patch(const std::string& path, const codec::JsonWriter& body);
    Outcome<> remove(const std::string& path);
    Outcome<std::vector<codec::JsonObject>> list(const std::string& path);  // Items of all pages.

    Outcome<std::string> token();  // A valid access token, for requests outside send(); empty if anonymous.
    Http& http() { return http_; }

private:
    explicit Api(Session session) : session_(std::move(session)) {}

    Session session_;
    Http http_;
};

}  // namespace ks::cli
