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
    const std::string instead = "use --password-file FILE, or - for standard input";
    Passwords passwords;
    KS_TRY(passwords.present, ask_secret("Current password" + (username.empty() ? "" : " of " + username) + ": ", instead));
    KS_TRY(passwords.next, ask_secret("New password: ", instead));
    KS_TRY(std::string again, ask_secret("Repeat the new password: ", instead));
    if (passwords.next.empty() || passwords.next != again)
        return command_error(ExitCode::Usage, "the new passwords do not match, or are empty");
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
    codec::JsonWriter body;
    body.add("password", passwords.present).add("new_password", passwords.next);
    KS_CHECK(api.post("/api/v1/auth/password", body));
    if (options.common.json) {
        print(codec::JsonWriter().add("server", api.server()).add("changed", true).text());
    } else {
        note("Password changed. You stay signed in here; your other sign-ins and your personal access tokens have ended.");
    }
    return {};
}

}  // namespace

void add_passwd(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("passwd", "change your password");
    command.details(
        "Prompts for the current password and twice for the new one. All other sign-ins end, also in browsers, and so do personal access "
        "tokens. If you forgot your password, ask an administrator to run: kingshare user reset-password USER.");
    command.takes({.name = "--password-file",
                   .value = "FILE",
                   .help = "read the current password from the first line of FILE and the new one from the second; - is standard input; "
                           "default: prompt",
                   .target = &options->password_file,
                   .is_path = true});
    add_common(command, options->common);
    runs(command, options, change_password);
}

}  // namespace ks::cli
