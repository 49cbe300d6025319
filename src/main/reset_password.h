#pragma once

#include "cli/syntax.h"

namespace ks::main {

// Adds `kingshare user reset-password`: writes to the database in a shell on the server's host, otherwise calls the server's API.
void add_reset_password(cli::Command& program);

}  // namespace ks::main
