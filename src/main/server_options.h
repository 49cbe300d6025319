#pragma once

#include "cli/syntax.h"
#include "main/config.h"

namespace ks {

// Options of all commands that use a data directory.
struct ServerOptions {
    std::string config_file;
    std::string data_dir = "./data";
    std::vector<std::string> settings;
};

void add_server_options(cli::Command& command, ServerOptions& options);

Result<Config> read_config(const ServerOptions& options);  // precedence: command line, environment, file

}  // namespace ks
