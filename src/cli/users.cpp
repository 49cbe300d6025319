#include "cli/users.h"

#include "base/id.h"

namespace ks::cli {

Outcome<std::vector<codec::JsonObject>> list_users(Api& api) { return api.list("/api/v1/users"); }

Outcome<std::string> find_user(Api& api, const std::string& name_or_id) {
    if (UserId::parse(name_or_id)) return name_or_id;
    KS_TRY(auto users, list_users(api));
    for (const codec::JsonObject& user : users) {
        if (user.string("username") == name_or_id) return understood(user.string("id"));
    }
    return command_error(ExitCode::NotFound, "there is no user named \"" + name_or_id + "\"; kingshare user list shows all");
}

}  // namespace ks::cli
