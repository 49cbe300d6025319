#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/users.h"
#include "cli/values.h"

#include <map>

namespace ks::cli {

namespace {

struct Options {
    Common common;
};

Outcome<> stats(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    KS_TRY(auto stats, api.get("/api/v1/ws/stats"));
    if (options.common.json) {
        print(stats.text());
        return {};
    }
    KS_TRY(auto total, understood(stats.optional_integer("total_connections", 0, INT64_MAX)));
    KS_TRY(auto unique, understood(stats.optional_integer("unique_users", 0, INT64_MAX)));
    KS_TRY(auto by_user, understood(stats.optional_object("connections_by_user")));
    auto counted = [](std::int64_t count, const char* what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); };
    print(counted(total.value_or(0), "connection") + "; " + counted(unique.value_or(0), "user"));
    if (!by_user || by_user->names().empty()) return {};
    KS_TRY(auto users, list_users(api));
    std::map<std::string, std::string> names;
    for (const codec::JsonObject& user : users) names[user.string("id").value_or("")] = user.string("username").value_or("");
    std::vector<std::vector<std::string>> rows{{"USER", "CONNECTIONS"}};
    for (const std::string& id : by_user->names()) {
        KS_TRY(auto count, understood(by_user->optional_integer(id, 0, INT64_MAX)));
        rows.push_back({names.contains(id) ? names[id] : id, std::to_string(count.value_or(0))});
    }
    print_table(rows);
    return {};
}

}  // namespace

void add_stats(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("stats", "show live connections (administrators)");
    add_common(command, options->common);
    runs(command, options, stats);
}

}  // namespace ks::cli
