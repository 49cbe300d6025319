#pragma once

#include "cli/api.h"

namespace ks::cli {

// Returns the user's file with this id or unique name. Fails with ExitCode::NotFound, or ExitCode::Usage and the ids for an ambiguous name.
Outcome<codec::JsonObject> find_file(Api& api, const std::string& name);

}  // namespace ks::cli
