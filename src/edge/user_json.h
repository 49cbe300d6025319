#pragma once

#include "codec/json.h"
#include "edge/app.h"

namespace ks {

// {id, username, role, quota_bytes, used_bytes}: a user as he sees himself.
JsonWriter user_json(const User& user, const App& app);

}  // namespace ks
