#pragma once

#include "base/clock.h"
#include "cli/command_error.h"
#include "codec/json.h"

#include <string>

namespace ks::cli {

// A sign-in at a server. Stored as one file per server in the state folder.
struct Session {
    std::string server;
    std::string username{};
    std::string access_token;
    std::string refresh_token{};  // Empty for KINGSHARE_TOKEN.
    Time expires_at{};
};

// Returns the session at meant_server(server); with $KINGSHARE_TOKEN, that token. Fails with ExitCode::NotAllowed if not signed in.
Outcome<Session> find_session(const std::string& server);
// As find_session for a given server, nullopt if none. Never sends KINGSHARE_TOKEN to a server other than the default one.
std::optional<Session> session_at(const std::string& server);
// Returns `server`, else $KINGSHARE_SERVER, else the server of the last sign-in. Fails with ExitCode::NotAllowed without any of them, with
// ExitCode::Usage if $KINGSHARE_TOKEN is set.
Outcome<std::string> meant_server(const std::string& server);

// Returns a token from a response. Fails unless it is safe in a header: printable ASCII, at most 8192 bytes.
Outcome<std::string> token_of(const codec::JsonObject& answer, const std::string& field);

Outcome<> keep_session(const Session& session);  // Stores it and makes its server the default.
void forget_session(const std::string& server);

// Returns the session with an access token valid for at least a minute and different from `refused`, a token rejected by the server.
// Safe across processes: a lock ensures that the refresh token is used once, and the others reload its result. Fails with
// ExitCode::NotAllowed if the session has ended.
Outcome<Session> fresh_session(Session session, const std::string& refused = {});

}  // namespace ks::cli
