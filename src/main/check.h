#pragma once

#include "engine/check.h"
#include "main/config.h"

namespace ks::main {

// Checks the data of a stopped server for consistency. Returns the exit status: 0 if sound or repaired, 1 on findings, 2 for an invalid
// setting or a data directory in use.
int check(const Config& config, engine::CheckOptions options, bool json);

}  // namespace ks::main
