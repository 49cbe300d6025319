#pragma once

#include "cli/syntax.h"
#include "main/config.h"

namespace ks {

// Options of every command that works on a data folder.
struct ServerOptions {
    std::string config_file;
    std::string data_dir = "./data";
    std::vector<std::string> settings;
};

void add_server_options(cli::Command& command, ServerOptions& options);

Result<Config> read_config(const ServerOptions& options);  // From the file, the environment, and the command line; the later wins.

}  // namespace ks
