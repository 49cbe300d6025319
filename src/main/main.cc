#include "main/assemble.h"

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

struct ServeOptions {
    std::string config_file;
    std::string data_dir = "./data";
    std::string listen = "127.0.0.1:8080";
    std::vector<std::string> settings;
};

int serve(const ServeOptions& options) {
    std::vector<ks::Assignment> assignments;
    if (!options.config_file.empty()) {
        auto file = ks::read_config_file(options.config_file);
        if (!file) return refuse(file.error());
        assignments = std::move(*file);
    }
    for (auto& assignment : ks::read_environment(environ)) assignments.push_back(std::move(assignment));
    for (const std::string& text : options.settings) {
        auto assignment = ks::parse_assignment(text);
        if (!assignment) return refuse(assignment.error());
        assignments.push_back(std::move(*assignment));
    }
    auto config = ks::make_config(assignments);
    if (!config) return refuse(config.error());
    config->data_dir = options.data_dir;
    config->listen = options.listen;
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    return ks::serve(*config);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("KingShare: share files and see it happen", "kingshare");
    app.set_version_flag("--version", "kingshare " KS_VERSION);
    app.require_subcommand(1);

    ServeOptions options;
    auto* serve_command = app.add_subcommand("serve", "run the server");
    serve_command->add_option("--config", options.config_file, "settings as a TOML file")->option_text("FILE");
    serve_command->add_option("--data-dir", options.data_dir, "where everything is kept [./data]")->option_text("DIR");
    serve_command->add_option("--listen", options.listen, "where to serve [127.0.0.1:8080]")->option_text("HOST:PORT");
    serve_command->add_option("--set", options.settings, "one setting, repeatable; kingshare help settings lists them")
        ->option_text("section.key=value")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);

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
    if (*serve_command) return serve(options);
    if (topic == "settings") {
        std::printf("%s", ks::describe_settings().c_str());
    } else if (topic == "serve") {
        std::printf("%s", serve_command->help().c_str());
    } else {
        std::printf("%s", overview.c_str());
    }
    return 0;
}
