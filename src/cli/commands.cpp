#include "cli/commands.h"

#include "cli/terminal.h"
#include "cli/values.h"
#include "codec/json.h"

#include <unistd.h>

namespace ks::cli {

void add_commands(Command& program) {
    add_login(program);
    add_logout(program);
    add_passwd(program);
    add_send(program);
    add_get(program);
    add_ls(program);
    add_rm(program);
    add_share(program);
    add_shares(program);
    add_revoke(program);
    add_watch(program);
    add_doctor(program);
    add_token(program);
    add_user(program);
    add_notify(program);
    add_stats(program);
    add_completion(program);
    add_manual(program);
    add_complete(program);
}

void add_common(Command& command, Common& common) {
    command.takes({.name = "--server",
                   .value = "URL",
                   .help = "server to use [KINGSHARE_SERVER, or the last one signed in to]",
                   .target = &common.server,
                   .completed_by = "servers"});
    command.flag("--json", common.json, "print the result as JSON");
}

int finish(const Common& common, const Outcome<>& outcome) {
    if (outcome) return 0;
    const CommandError& trouble = outcome.error();
    int status = static_cast<int>(trouble.exit);
    if (common.json) {
        codec::JsonWriter error;
        error.add("message", trouble.message).add("code", trouble.code).add("exit_status", status);
        note(codec::JsonWriter().raw("error", error.text()).text());
    } else {
        note(red("kingshare: ") + trouble.message);
    }
    return status;
}

void print_items(const std::vector<std::string>& items) { print(codec::JsonWriter().raw("items", codec::json_array(items)).text()); }

}  // namespace ks::cli
