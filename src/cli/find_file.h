#pragma once

#include "cli/api.h"

namespace ks::cli {

// One of the user's own files, by its id or, where only one has it, its name.
Outcome<JsonObject> find_file(Api& api, const std::string& name);

}  // namespace ks::cli
