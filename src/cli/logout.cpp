#include "cli/api.h"
#include "cli/commands.h"
#include "cli/terminal.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    bool everywhere = false;
};

Outcome<> logout(const Options& options) {
    KS_TRY(Session session, find_session(options.common.server));
    if (session.refresh_token.empty()) {
        return command_error(ExitCode::Usage, "KINGSHARE_TOKEN is not a sign-in; revoke the token with: kingshare token delete");
    }
    Outcome<> ended;
    if (options.everywhere) {
        ended = Api::as(session).send({.method = "POST", .url = "/api/v1/auth/logout-all"}).map([](const HttpAnswer&) {});
    } else {
        // Use the refresh token: the access token may have expired.
        ended = Api::anonymous(session.server)
                    .post("/api/v1/auth/logout", codec::JsonWriter().add("refresh_token", session.refresh_token))
                    .map([](const codec::JsonObject&) {});
    }
    // Sign out locally even if the request failed. With --everywhere keep the session, so that the user can retry.
    if (ended || !options.everywhere) forget_session(session.server);
    if (!ended && ended.error().exit == ExitCode::Network) {
        ended.error().message +=
            (options.everywhere ? "; nothing has changed" : "; you are signed out here, on the server the sign-in expires by itself");
    }
    if (!ended && ended.error().exit != ExitCode::NotAllowed) return ended;
    if (options.common.json) {
        print(codec::JsonWriter().add("server", session.server).add("signed_out", true).text());
    } else {
        note("Signed out of " + session.server + (options.everywhere ? " everywhere." : "."));
    }
    return {};
}

}  // namespace

void add_logout(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("logout", "sign out");
    command.flag("--everywhere", options->everywhere, "end all your sign-ins, also in browsers");
    add_common(command, options->common);
    runs(command, options, logout);
}

}  // namespace ks::cli
