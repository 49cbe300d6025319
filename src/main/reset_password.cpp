#include "main/reset_password.h"

#include "base/log.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "engine/password_resets.h"
#include "main/adapters.h"
#include "main/data_dir.h"
#include "main/exit_with_error.h"
#include "main/server_options.h"
#include "runtime/event_loops.h"

#include <filesystem>

namespace ks::main {

namespace {

using Made = Result<engine::PasswordResetCode>;

struct Options {
    cli::Common common;
    ServerOptions server{.data_dir = ""};
    std::string user;
};

awaitable<void> make(engine::PasswordResets& resets, std::string user, Made& made) {
    made = co_await resets.create_on_site(std::move(user));
}

// Works while a server runs: takes no lock on the data directory, and SQLite serializes writers.
Made make_in_database(const Config& config, const std::string& user) {
    asio::io_context loop{1};
    SystemClock clock;
    auto store = open_meta_store(config);
    engine::PasswordResets resets(*store, clock);
    Made made = internal_error("the operation was interrupted");
    spawn(loop.get_executor(), make(resets, user, made), "reset password");
    loop.run();
    store->stop();
    return made;
}

// Returns the base URL that the server uses in its links.
std::string server_url(const Config& config) {
    if (!config.server.public_url.empty()) return config.server.public_url;
    std::string noted = noted_server_url(config.data_dir);
    return noted.empty() ? "http://localhost:8080" : noted;
}

int reset_on_site(const Options& options) {
    ServerOptions server = options.server;
    if (server.data_dir.empty()) server.data_dir = default_data_dir;
    auto config = read_config(server);
    if (!config) return exit_with_error(config.error().message, bad_setting);
    auto database = database_file(*config);
    std::error_code ignored;
    if (database && !std::filesystem::exists(*database, ignored)) {
        return exit_with_error("--data-dir: \"" + *database + "\" does not exist; it must be the data directory of a server with users",
                               bad_setting);
    }
    log::set_level("error");
    try {
        auto made = make_in_database(*config, options.user);
        cli::Outcome<> outcome;
        if (made) {
            std::string url = server_url(*config) + "/reset#code=" + made->code;
            cli::print_password_reset(options.common, options.user, {made->code, url, made->expires_at});
        } else {
            cli::ExitCode exit = made.error().code == ErrorCode::NotFound ? cli::ExitCode::NotFound : cli::ExitCode::Failed;
            outcome = cli::command_error(exit, made.error().detail.empty() ? made.error().message : made.error().detail);
        }
        return cli::finish(options.common, outcome);
    } catch (const std::exception& error) {
        return exit_with_error(error.what(), 1);
    }
}

int reset(const Options& options) {
    const ServerOptions& server = options.server;
    bool on_site = !server.data_dir.empty() || !server.config_file.empty() || !server.settings.empty();
    std::error_code ignored;
    if (!on_site && options.common.server.empty())
        on_site = std::filesystem::exists(std::string(default_data_dir) + "/kingshare.db", ignored);
    return on_site ? reset_on_site(options) : cli::reset_password_at_server(options.common, options.user);
}

}  // namespace

void add_reset_password(cli::Command& program) {
    auto options = std::make_shared<Options>();
    cli::Command& command = program.find("user")->add("reset-password", "create a link for setting a new password");
    command.details(
        "The link works once within 24 hours and replaces an earlier one; standard output contains only the link. On the server itself, "
        "with --data-dir or if ./data is a server's, it is created in the database, also while the server is running, and works for "
        "administrators who forgot their password. Elsewhere, it requires a signed-in administrator.");
    command.takes({.name = "USER", .help = "name or id of the user", .target = &options->user, .required = true, .completed_by = "users"});
    add_server_options(command, options->server);
    cli::add_common(command, options->common);
    command.runs([options] { return reset(*options); });
}

}  // namespace ks::main
