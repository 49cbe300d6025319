#include "base/id.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/values.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string name;
    std::string expires;
};

Outcome<> list(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    KS_TRY(auto tokens, api.list("/api/v1/tokens"));
    std::vector<std::string> items;
    std::vector<std::vector<std::string>> rows{{"NAME", "MADE", "UNTIL", "ID"}};
    for (const codec::JsonObject& token : tokens) {
        items.push_back(token.text());
        KS_TRY(auto made, understood(token.optional_time("created_at")));
        KS_TRY(auto end, understood(token.optional_time("expires_at")));
        rows.push_back({token.string("name").value_or(""), made ? day_text(*made) : "", end ? day_text(*end) : "never",
                        token.string("token_id").value_or("")});
    }
    if (options.common.json) {
        print_items(items);
    } else if (tokens.empty()) {
        note("No tokens yet; create one with: kingshare token create NAME");
    } else {
        print_table(rows);
    }
    return {};
}

Outcome<> create(const Options& options) {
    codec::JsonWriter body;
    body.add("name", options.name);
    if (!options.expires.empty()) {
        KS_TRY(auto seconds, parse_seconds("--expires", options.expires));
        body.add("expires_in", seconds);
    }
    KS_TRY(Api api, Api::of(options.common.server));
    auto made = api.post("/api/v1/tokens", body);
    if (!made && made.error().code == "FORBIDDEN" && !api.username().empty()) {
        // The server requires the password if the sign-in is older than 15 minutes.
        KS_TRY(auto password, ask_secret("Password of " + api.username() + ": ", "sign in again with: kingshare login"));
        body.add("password", password);
        made = api.post("/api/v1/tokens", body);
    }
    KS_TRY(auto token, std::move(made));
    KS_TRY(std::string secret, understood(token.string("token")));
    print(options.common.json ? token.text() : secret);
    if (!options.common.json)
        note("This token is shown only once. Programs use it as KINGSHARE_TOKEN, with KINGSHARE_SERVER=" + api.server());
    return {};
}

Outcome<std::string> find_token(Api& api, const std::string& named) {
    if (parse_uuid(named)) return named;
    KS_TRY(auto tokens, api.list("/api/v1/tokens"));
    std::vector<std::string> found;
    for (const codec::JsonObject& token : tokens) {
        if (token.string("name") == named) found.push_back(token.string("token_id").value_or(""));
    }
    if (found.size() == 1) return found.front();
    if (found.empty())
        return command_error(ExitCode::NotFound, "there is no token named \"" + named + "\"; kingshare token list shows yours");
    return command_error(ExitCode::Usage,
                         std::to_string(found.size()) + " tokens are named \"" + named + "\"; use the id, see kingshare token list");
}

Outcome<> remove(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    KS_TRY(std::string id, find_token(api, options.name));
    KS_CHECK(api.remove("/api/v1/tokens/" + percent_encoded(id)));
    if (options.common.json) {
        print(codec::JsonWriter().add("token_id", id).add("deleted", true).text());
    } else {
        note("Token deleted.");
    }
    return {};
}

}  // namespace

void add_token(Command& program) {
    Command& token = program.add("token", "manage personal access tokens");
    auto add = [&](const char* name, const char* summary, Outcome<> (*work)(const Options&)) -> std::pair<Command&, Options&> {
        auto options = std::make_shared<Options>();
        Command& command = token.add(name, summary);
        add_common(command, options->common);
        runs(command, options, work);
        return {command, *options};
    };
    add("list", "list your tokens", list);
    auto [create_command, created] = add("create", "create a token and print it", create);
    create_command.takes({.name = "NAME", .help = "label of the token", .target = &created.name, .required = true});
    create_command.option("--expires", "90d", created.expires, "lifetime of the token [until it is deleted]");
    auto [delete_command, deleted] = add("delete", "delete a token", remove);
    delete_command.takes(
        {.name = "TOKEN", .help = "name or id of the token", .target = &deleted.name, .required = true, .completed_by = "tokens"});
}

}  // namespace ks::cli
