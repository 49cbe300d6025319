#pragma once

#include "cli/api.h"

namespace ks::cli {

Outcome<std::vector<codec::JsonObject>> list_users(Api& api);             // Administrators only.
Outcome<std::string> find_user(Api& api, const std::string& name_or_id);  // Returns the id.

}  // namespace ks::cli
