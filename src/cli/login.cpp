#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/values.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string url;
    std::string user;
    std::string password_file;
};

Outcome<> login(const Options& options) {
    KS_TRY(std::string server, meant_server(options.url));
    Session session{.server = server, .username = options.user};
    if (session.username.empty()) {
        KS_TRY(session.username, ask("Username at " + server + ": ", "use --user"));
    }
    std::string password;
    if (options.password_file.empty()) {
        KS_TRY(password, ask_secret("Password of " + session.username + ": ", "use --password-file FILE, or - for standard input"));
    } else {
        KS_TRY(password, secret_from(options.password_file));
    }
    Http http;
    HttpRequest request{.method = "POST", .url = server + "/api/v1/auth/login", .headers = {"Content-Type: application/json"}};
    request.body = codec::JsonWriter().add("username", session.username).add("password", password).text();
    KS_TRY(HttpAnswer answer, http.send(request));
    if (answer.status != 200) return tl::unexpected(error_of_response(answer, server));
    KS_TRY(auto json, json_of(answer));
    KS_TRY(auto user, understood(json.optional_object("user")));
    if (!user) return tl::unexpected(unexpected_response("no user"));
    KS_TRY(session.username, understood(user->string("username")));
    KS_TRY(session.access_token, token_of(json, "access_token"));
    KS_TRY(session.refresh_token, token_of(json, "refresh_token"));
    KS_TRY(auto seconds, understood(json.optional_integer("expires_in", 0, 1LL << 40)));
    session.expires_at = SystemClock().now() + std::chrono::seconds(seconds.value_or(60));
    KS_CHECK(keep_session(session));
    if (options.common.json) {
        print(codec::JsonWriter().add("server", server).raw("user", user->text()).text());
    } else {
        note("Signed in to " + server + " as " + session.username + ".");
    }
    return {};
}

}  // namespace

void add_login(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("login", "sign in to a server");
    command.details(
        "Prompts for username and password. The sign-in is stored in $XDG_STATE_HOME/kingshare, readable only by you, and renews itself; "
        "it ends with kingshare logout, or after a month without use.");
    command.takes({.name = "URL",
                   .help = "like https://files.example.org [the last one signed in to]",
                   .target = &options->url,
                   .completed_by = "servers"});
    command.option("--user", "NAME", options->user, "username; default: prompt");
    command.takes({.name = "--password-file",
                   .value = "FILE",
                   .help = "read the password from the first line of FILE; - is standard input; default: prompt",
                   .target = &options->password_file,
                   .is_path = true});
    command.flag("--json", options->common.json, "print the result as JSON");
    runs(command, options, login);
}

}  // namespace ks::cli
