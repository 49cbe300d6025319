#include "main/server_options.h"

#include "main/settings.h"

#include <unistd.h>

namespace ks::main {

void add_server_options(cli::Command& command, ServerOptions& options) {
    command.takes(
        {.name = "--config", .value = "FILE", .help = "TOML file with settings", .target = &options.config_file, .is_path = true});
    command.takes({.name = "--data-dir",
                   .value = "DIR",
                   .help = "folder for all data [" + std::string(default_data_dir) + "]",
                   .target = &options.data_dir,
                   .is_path = true});
    std::vector<std::string> names = setting_names();
    for (std::string& name : names) name += "=";
    command.takes({.name = "--set",
                   .value = "section.key=value",
                   .help = "set a setting; kingshare help settings lists all",
                   .target = &options.settings,
                   .suggestions = std::move(names)});
}

Result<Config> read_config(const ServerOptions& options) {
    std::vector<Assignment> assignments;
    if (!options.config_file.empty()) {
        KS_TRY(assignments, read_config_file(options.config_file));
    }
    for (auto& assignment : read_environment(environ)) assignments.push_back(std::move(assignment));
    for (const std::string& text : options.settings) {
        KS_TRY(auto assignment, parse_assignment(text));
        assignments.push_back(std::move(assignment));
    }
    return make_config(options.data_dir, assignments);
}

}  // namespace ks::main
