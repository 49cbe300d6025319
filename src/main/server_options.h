#pragma once

#include "cli/syntax.h"
#include "main/config.h"

namespace ks::main {

constexpr const char* default_data_dir = "./data";
constexpr const char* default_listen = "127.0.0.1:8080";

// Options of all commands that use a data directory.
struct ServerOptions {
    std::string config_file;
    std::string data_dir = default_data_dir;
    std::vector<std::string> settings;
};

void add_server_options(cli::Command& command, ServerOptions& options);

Result<Config> read_config(const ServerOptions& options);  // precedence: command line, environment, file

}  // namespace ks::main
