#include "cli/session.h"

#include "cli/answer.h"
#include "cli/http.h"
#include "cli/state_paths.h"
#include "cli/values.h"
#include "codec/json.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ks::cli {

namespace {

constexpr auto margin = std::chrono::seconds(60);  // Access tokens are refreshed this long before they expire.

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// The mapping is injective: hosts have no underscore, and one in a path is escaped.
Outcome<std::string> file_of(const std::string& server) {
    KS_TRY(std::string folder, state_folder("sessions"));
    std::string name;
    for (char c : server) name += c == ':' || c == '/' ? "_" : c == '_' ? "%5F" : std::string(1, c);
    return folder + "/" + name;
}

Outcome<std::string> standard_file() {
    KS_TRY(std::string folder, state_folder("sessions"));
    return folder + "/standard";
}

tl::unexpected<CommandError> not_signed_in(const std::string& server) {
    return command_error(ExitCode::NotAllowed, "not signed in to " + server + "; sign in with: kingshare login " + server);
}

std::string text_of(const Session& session) {
    codec::JsonWriter json;
    json.add("server", session.server).add("username", session.username);
    json.add("access_token", session.access_token).add("refresh_token", session.refresh_token).add("expires_at", session.expires_at);
    return json.text() + "\n";
}

Result<Session> session_of(const std::string& text) {
    KS_TRY(auto json, codec::JsonObject::parse(text));
    Session session;
    KS_TRY(session.server, json.string("server"));
    KS_TRY(session.username, json.string("username"));
    KS_TRY(session.access_token, json.string("access_token"));
    KS_TRY(session.refresh_token, json.string("refresh_token"));
    KS_TRY(auto expires_at, json.optional_time("expires_at"));
    session.expires_at = expires_at.value_or(Time{});
    return session;
}

Outcome<Session> load(const std::string& server) {
    KS_TRY(std::string file, file_of(server));
    auto text = read_file(file);
    if (!text) return not_signed_in(server);
    auto session = session_of(*text);
    if (!session) return not_signed_in(server);
    return std::move(*session);
}

Outcome<> store(const Session& session) {
    KS_TRY(std::string file, file_of(session.server));
    return write_private(file, text_of(session));
}

Outcome<Session> refresh(Session session) {
    Http http;
    HttpRequest request{.method = "POST", .url = session.server + "/api/v1/auth/refresh"};
    request.headers = {"Content-Type: application/json", new_idempotency_key()};
    request.body = codec::JsonWriter().add("refresh_token", session.refresh_token).text();
    KS_TRY(HttpAnswer answer, send_until_answered(http, request));
    if (answer.status == 401) {
        forget_session(session.server);
        return command_error(ExitCode::NotAllowed,
                             "your session at " + session.server + " has ended; sign in again with: kingshare login " + session.server);
    }
    if (answer.status != 200) return tl::unexpected(error_of_response(answer, session.server));
    KS_TRY(auto json, json_of(answer));
    KS_TRY(session.access_token, token_of(json, "access_token"));
    KS_TRY(session.refresh_token, token_of(json, "refresh_token"));
    KS_TRY(auto seconds, understood(json.optional_integer("expires_in", 0, 1LL << 40)));
    session.expires_at = SystemClock().now() + std::chrono::seconds(seconds.value_or(60));
    KS_CHECK(store(session));
    return session;
}

}  // namespace

Outcome<std::string> meant_server(const std::string& server) {
    if (!server.empty()) return server_address(server);
    if (auto named = variable("KINGSHARE_SERVER"); !named.empty()) return server_address(named);
    KS_TRY(std::string file, standard_file());
    auto kept = read_file(file);
    if (!kept || kept->empty()) {
        if (!variable("KINGSHARE_TOKEN").empty()) {
            return command_error(
                ExitCode::Usage,
                "KINGSHARE_TOKEN requires KINGSHARE_SERVER; set it to the server's address, like https://files.example.org");
        }
        return command_error(ExitCode::NotAllowed, "not signed in; sign in with: kingshare login https://files.example.org");
    }
    return server_address(kept->substr(0, kept->find('\n')));
}

Outcome<Session> find_session(const std::string& server) {
    KS_TRY(std::string address, meant_server(server));
    if (auto token = variable("KINGSHARE_TOKEN"); !token.empty()) return Session{.server = address, .access_token = token};
    return load(address);
}

std::optional<Session> session_at(const std::string& server) {
    bool given = !variable("KINGSHARE_TOKEN").empty();
    if (given && meant_server("") != server) return std::nullopt;
    auto session = given ? find_session(server) : load(server);
    return session ? std::optional(std::move(*session)) : std::nullopt;
}

Outcome<std::string> token_of(const codec::JsonObject& answer, const std::string& field) {
    KS_TRY(std::string token, understood(answer.string(field)));
    bool fits =
        !token.empty() && token.size() <= 8192 && std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!fits) return tl::unexpected(unexpected_response("\"" + field + "\" is not a token"));
    return token;
}

Outcome<> keep_session(const Session& session) {
    KS_CHECK(store(session));
    KS_TRY(std::string file, standard_file());
    return write_private(file, session.server + "\n");
}

void forget_session(const std::string& server) {
    if (auto file = file_of(server)) ::unlink(file->c_str());
    auto standard = standard_file();
    if (standard && read_file(*standard) == server + "\n") ::unlink(standard->c_str());
}

Outcome<Session> fresh_session(Session session, const std::string& refused) {
    auto good = [&](const Session& one) { return one.access_token != refused && SystemClock().now() + margin < one.expires_at; };
    if (session.refresh_token.empty()) {
        if (session.access_token != refused) return session;
        return command_error(ExitCode::NotAllowed,
                             session.server + " rejected the token in KINGSHARE_TOKEN; create a new one with: kingshare token create");
    }
    if (good(session)) return session;
    KS_TRY(std::string file, file_of(session.server));
    KS_TRY(Lock lock, Lock::wait_for(file + ".lock"));
    // Another process may have refreshed it while we waited for the lock.
    KS_TRY(session, load(session.server));
    if (good(session)) return session;
    return refresh(std::move(session));
}

}  // namespace ks::cli
