#pragma once

#include "base/clock.h"
#include "cli/outcome.h"
#include "cli/syntax.h"

#include <memory>
#include <string>
#include <vector>

namespace ks::cli {

void add_commands(Command& program);  // all of those below

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

// What every command takes that speaks with a server.
struct Common {
    std::string server;
    bool json = false;
};
void add_common(Command& command, Common& common);

int finish(const Common& common, const Outcome<>& outcome);  // says what went wrong; the exit status

// Lets `command` run `work` with what was typed into `options`, which has a Common named common.
template <class Options>
void runs(Command& command, std::shared_ptr<Options> options, Outcome<> (*work)(const Options&)) {
    command.runs([options, work] { return finish(options->common, work(*options)); });
}

// A password reset, as in the server's answer to POST /users/{id}/password-reset.
struct PasswordReset {
    std::string code;
    std::string url;
    std::optional<Time> expires_at;
};
void print_password_reset(const Common& common, const std::string& user, const PasswordReset& made);
int reset_password_at_server(const Common& common, const std::string& user);  // the exit status

void print_items(const std::vector<std::string>& items);  // {"items": […]}

}  // namespace ks::cli
