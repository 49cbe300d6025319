#include "cli/commands.h"
#include "main/assemble.h"
#include "main/check.h"
#include "main/exit_with_error.h"
#include "main/reset_password.h"
#include "main/server_options.h"
#include "main/settings_texts.h"

#include <csignal>
#include <cstdio>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace ks::main {

namespace {

// Each connection needs a descriptor: raise the soft limit to the hard limit.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// Return Argon2's large buffers to the OS. By default glibc raises its mmap threshold to the largest freed block and would keep them.
void keep_little_memory() { mallopt(M_MMAP_THRESHOLD, 1 << 20); }

int serve(const ServerOptions& options, const std::string& listen) {
    auto config = read_config(options);
    if (!config) return exit_with_error(config.error().message, bad_setting);
    config->listen = listen;
    raise_descriptor_limit();
    keep_little_memory();
    std::signal(SIGPIPE, SIG_IGN);
    return main::serve(*config);
}

int check(const ServerOptions& options, engine::CheckOptions how, bool json) {
    auto config = read_config(options);
    if (!config) return exit_with_error(config.error().message, bad_setting);
    return main::check(*config, how, json);
}

constexpr auto check_description =
    "Finds missing, damaged and surplus content, and wrong quota totals.\n"
    "Exit status: 0 everything is sound or repaired, 1 problems remain, 2 invalid usage or the data directory is in use.";
constexpr auto repair_description =
    "remove surplus content, clean up interrupted operations, reset uploads to the bytes on disk, and recompute quota totals; files with "
    "missing or damaged content are only reported: restore their content from a backup, or delete them";

constexpr auto description =
    "A server:         kingshare serve [--config FILE] [--data-dir DIR] [--listen HOST:PORT] [--set section.key=value]\n"
    "First steps:      kingshare login https://files.example.org; kingshare send FILE; kingshare watch";

int run(int argc, char** argv) {
    cli::Command program("kingshare", "KingShare: share files and see it happen");
    program.details(description);

    ServerOptions options;
    std::string listen = default_listen;
    auto& serve_command = program.add("serve", "run the server");
    add_server_options(serve_command, options);
    serve_command.option("--listen", "HOST:PORT", listen, "address to listen on [" + std::string(default_listen) + "]");
    serve_command.runs([&] { return serve(options, listen); });

    engine::CheckOptions how;
    bool json = false;
    auto& check_command = program.add("check", "verify files and their content while no server is running");
    check_command.details(check_description);
    add_server_options(check_command, options);
    check_command.flag("--deep", how.deep, "also read all content and verify its SHA-256");
    check_command.flag("--repair", how.repair, repair_description);
    check_command.flag("--json", json, "print the result as one JSON object");
    check_command.runs([&] { return check(options, how, json); });

    cli::add_commands(program);
    add_reset_password(program);
    auto& table = program.add("__settings", "print the settings table of README.md");
    table.hidden = true;
    table.runs([] { return std::printf("%s", settings_markdown().c_str()) < 0 ? 1 : 0; });
    program.topics.push_back(settings_topic());
    return cli::run(program, "kingshare " KS_VERSION, argc, argv);
}

}  // namespace

}  // namespace ks::main

int main(int argc, char** argv) { return ks::main::run(argc, argv); }
