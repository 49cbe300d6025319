#pragma once

#include "cli/answer.h"
#include "cli/http.h"
#include "cli/session.h"
#include "codec/json.h"

namespace ks::cli {

// The HTTP calls of one server, by somebody who is signed in there, or by nobody. Paths are whole: /api/v1/files.
class Api {
public:
    static Outcome<Api> of(const std::string& server);  // signed in; `server` may be empty: find_session
    static Api as(Session session) { return Api(std::move(session)); }
    static Api anonymous(std::string server) { return Api(Session{.server = std::move(server)}); }

    const std::string& server() const { return session_.server; }
    const std::string& username() const { return session_.username; }
    bool is_signed_in() const { return !session_.access_token.empty(); }

    // A 2xx, or trouble. An access token that has expired is refreshed.
    Outcome<HttpAnswer> send(HttpRequest request);
    Outcome<JsonObject> get(const std::string& path);
    // Also for what creates something: repeated when its answer is lost, it creates one.
    Outcome<JsonObject> post(const std::string& path, const JsonWriter& body);
    Outcome<JsonObject> patch(const std::string& path, const JsonWriter& body);
    Outcome<> remove(const std::string& path);
    Outcome<std::vector<JsonObject>> list(const std::string& path);  // all its pages

    Outcome<std::string> token();  // a good one, for who speaks otherwise than by send
    Http& http() { return http_; }

private:
    explicit Api(Session session) : session_(std::move(session)) {}

    Session session_;
    Http http_;
};

}  // namespace ks::cli
