#pragma once

#include "main/config.h"

namespace ks {

// Runs a server until SIGTERM or SIGINT. The process's exit status: 0 after an orderly end, 1 when it can't start, 2 for a bad setting;
// both are said in one line on stderr.
int serve(const Config& config);

}  // namespace ks
