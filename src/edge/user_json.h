#pragma once

#include "codec/json.h"
#include "edge/app.h"

namespace ks::edge {

// A user's view of their own account: {id, username, role, quota_bytes, used_bytes}.
codec::JsonWriter user_json(const User& user, const App& app);

}  // namespace ks::edge
