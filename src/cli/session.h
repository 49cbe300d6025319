#pragma once

#include "base/clock.h"
#include "cli/outcome.h"
#include "codec/json.h"

#include <string>

namespace ks::cli {

// Being signed in at a server: a file per server below the state folder.
struct Session {
    std::string server;
    std::string username{};
    std::string access_token;
    std::string refresh_token{};  // none for a token that somebody else gave (KINGSHARE_TOKEN)
    Time expires_at{};
};

// That of `server`, or where that is empty of $KINGSHARE_SERVER, else of the server that was signed in to last. With $KINGSHARE_TOKEN it
// is that token. Exit::NotAllowed where nobody is signed in.
Outcome<Session> find_session(const std::string& server);
std::optional<Session> session_at(const std::string& server);  // where one fits: KINGSHARE_TOKEN goes to its own server alone
Outcome<std::string> meant_server(const std::string& server);  // Exit::Usage where none is known

// The field of an answer, as a token that a header can carry.
Outcome<std::string> token_of(const JsonObject& answer, const std::string& field);

Outcome<> keep_session(const Session& session);  // and `server` becomes the one that is meant
void forget_session(const std::string& server);

// A session with an access token that is good for a while. Several processes may ask at once: the refresh token is used once, and all
// of them go on with what it gave. `refused` is an access token that the server did not take.
Outcome<Session> fresh_session(Session session, const std::string& refused = {});

}  // namespace ks::cli
