#include "cli/api.h"
#include "cli/commands.h"
#include "cli/terminal.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string password_file;
};

struct Passwords {
    std::string present;
    std::string next;
};

Outcome<Passwords> ask_passwords(const std::string& username) {
    const std::string instead = "name a file with --password-file, or - for standard input";
    Passwords passwords;
    KS_TRY(passwords.present, ask_secret("Present password" + (username.empty() ? "" : " of " + username) + ": ", instead));
    KS_TRY(passwords.next, ask_secret("New password: ", instead));
    KS_TRY(std::string again, ask_secret("The same again: ", instead));
    if (passwords.next.empty() || passwords.next != again)
        return command_error(ExitCode::Usage, "the two new passwords differ, or are empty");
    return passwords;
}

Outcome<> change_password(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    Passwords passwords;
    if (options.password_file.empty()) {
        KS_TRY(passwords, ask_passwords(api.username()));
    } else {
        KS_TRY(auto lines, secrets_from(options.password_file, 2));
        passwords = {lines[0], lines[1]};
    }
    JsonWriter body;
    body.add("password", passwords.present).add("new_password", passwords.next);
    KS_CHECK(api.post("/api/v1/auth/password", body));
    if (options.common.json) {
        print(JsonWriter().add("server", api.server()).add("changed", true).text());
    } else {
        note("Changed. You stay signed in here; your other sign-ins have ended, and so have your tokens for programs.");
    }
    return {};
}

}  // namespace

void add_passwd(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("passwd", "change your password");
    command.details(
        "Asks for the present password and twice for the new one. All other sign-ins end, in browsers too, and so do personal access "
        "tokens. "
        "Who has forgotten the password asks an administrator: kingshare user reset-password USER.");
    command.takes({.name = "--password-file",
                   .value = "FILE",
                   .help = "read the present password from the first line of a file and the new one from the second, - for standard input, "
                           "instead of asking",
                   .target = &options->password_file,
                   .is_path = true});
    add_common(command, options->common);
    runs(command, options, change_password);
}

}  // namespace ks::cli
