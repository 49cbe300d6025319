#pragma once

#include "base/clock.h"
#include "cli/command_error.h"
#include "cli/syntax.h"

#include <memory>
#include <string>
#include <vector>

namespace ks::cli {

void add_commands(Command& program);  // Adds all commands below.

void add_login(Command& program);
void add_logout(Command& program);
void add_passwd(Command& program);
void add_send(Command& program);
void add_get(Command& program);
void add_ls(Command& program);
void add_rm(Command& program);
void add_share(Command& program);
void add_shares(Command& program);
void add_revoke(Command& program);
void add_watch(Command& program);
void add_doctor(Command& program);
void add_user(Command& program);
void add_notify(Command& program);
void add_stats(Command& program);
void add_token(Command& program);
void add_completion(Command& program);
void add_manual(Command& program);
void add_complete(Command& program);

// Options of every command with a connection to a server.
struct Common {
    std::string server;
    bool json = false;
};
void add_common(Command& command, Common& common);

int finish(const Common& common, const Outcome<>& outcome);  // Prints the error, if any. Returns the exit code.

// Makes `work(*options)` the action of `command`. Options must have a member Common common.
template <class Options>
void runs(Command& command, std::shared_ptr<Options> options, Outcome<> (*work)(const Options&)) {
    command.runs([options, work] { return finish(options->common, work(*options)); });
}

// Response to POST /users/{id}/password-reset.
struct PasswordReset {
    std::string code;
    std::string url;
    std::optional<Time> expires_at;
};
void print_password_reset(const Common& common, const std::string& user, const PasswordReset& made);
int reset_password_at_server(const Common& common, const std::string& user);  // Returns the exit code.

void print_items(const std::vector<std::string>& items);  // Prints JSON texts as {"items": […]}.

}  // namespace ks::cli
