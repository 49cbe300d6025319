#pragma once

#include "main/config.h"

namespace ks::main {

// Runs a server until SIGTERM or SIGINT. Returns the exit status: 0 after an orderly shutdown, 1 if it cannot start, 2 for an invalid
// setting. Errors print one line on stderr.
int serve(const Config& config);

}  // namespace ks::main
