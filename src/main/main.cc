#include "main/assemble.h"
#include "main/check.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>

namespace {

int refuse(const ks::Error& error) {
    std::fprintf(stderr, "kingshare: %s\n", error.message.c_str());
    return 2;
}

// Connections cost descriptors: take all that the system allows.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// What every command that works on a data folder takes.
struct Options {
    std::string config_file;
    std::string data_dir = "./data";
    std::vector<std::string> settings;
};

void add_options(CLI::App& command, Options& options) {
    command.add_option("--config", options.config_file, "settings as a TOML file")->option_text("FILE");
    command.add_option("--data-dir", options.data_dir, "where everything is kept [./data]")->option_text("DIR");
    command.add_option("--set", options.settings, "one setting, repeatable; kingshare help settings lists them")
        ->option_text("section.key=value")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

ks::Result<ks::Config> read_config(const Options& options) {
    std::vector<ks::Assignment> assignments;
    if (!options.config_file.empty()) {
        KS_TRY(assignments, ks::read_config_file(options.config_file));
    }
    for (auto& assignment : ks::read_environment(environ)) assignments.push_back(std::move(assignment));
    for (const std::string& text : options.settings) {
        KS_TRY(auto assignment, ks::parse_assignment(text));
        assignments.push_back(std::move(assignment));
    }
    KS_TRY(auto config, ks::make_config(assignments));
    config.data_dir = options.data_dir;
    return config;
}

int serve(const Options& options, const std::string& listen) {
    auto config = read_config(options);
    if (!config) return refuse(config.error());
    config->listen = listen;
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    return ks::serve(*config);
}

int check(const Options& options, ks::CheckOptions how, bool json) {
    auto config = read_config(options);
    if (!config) return refuse(config.error());
    return ks::check(*config, how, json);
}

constexpr auto check_description =
    "Compare files and their content while no server runs: what is missing, damaged, surplus, or counted wrong for a quota.\n"
    "Exit status: 0 all is sound or repaired, 1 something is wrong, 2 bad usage or the data directory is in use.";
constexpr auto repair_description =
    "remove surplus content, settle what was under way when the server ended, count quotas anew; a file whose content is missing or "
    "damaged stays listed and is reported: bring its content back from a backup, or delete the file";

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("KingShare: share files and see it happen", "kingshare");
    app.set_version_flag("--version", "kingshare " KS_VERSION);
    app.require_subcommand(1);

    Options options;
    std::string listen = "127.0.0.1:8080";
    auto* serve_command = app.add_subcommand("serve", "run the server");
    add_options(*serve_command, options);
    serve_command->add_option("--listen", listen, "where to serve [127.0.0.1:8080]")->option_text("HOST:PORT");

    ks::CheckOptions how;
    bool json = false;
    auto* check_command = app.add_subcommand("check", check_description);
    add_options(*check_command, options);
    check_command->add_flag("--deep", how.deep, "read all content and compare its SHA-256");
    check_command->add_flag("--repair", how.repair, repair_description);
    check_command->add_flag("--json", json, "the outcome as one JSON object");

    std::string topic;
    auto* help_command = app.add_subcommand("help", "this text; help settings: all settings");
    help_command->add_option("topic", topic, "settings, or a command");

    const std::string overview = app.help("", CLI::AppFormatMode::All);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::CallForVersion& version) {
        return app.exit(version);
    } catch (const CLI::ParseError& error) {
        bool unknown_command = app.get_subcommands().empty() && argc > 1;
        std::string reason = unknown_command ? "there is no command " + std::string(argv[1]) : error.what();
        std::fprintf(stderr, "kingshare: %s; see kingshare help\n", reason.c_str());
        return 2;
    }
    if (*serve_command) return serve(options, listen);
    if (*check_command) return check(options, how, json);
    if (topic == "settings") {
        std::printf("%s", ks::describe_settings().c_str());
    } else if (topic == "serve") {
        std::printf("%s", serve_command->help().c_str());
    } else if (topic == "check") {
        std::printf("%s", check_command->help().c_str());
    } else {
        std::printf("%s", overview.c_str());
    }
    return 0;
}
