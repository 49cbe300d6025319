#pragma once

#include "engine/check.h"
#include "main/config.h"

namespace ks {

// Compares what a server keeps while it is down. The process's exit status: 0 when all is sound or repaired, 1 when something is wrong, 2
// for a bad setting or a data folder that is in use.
int check(const Config& config, CheckOptions options, bool json);

}  // namespace ks
