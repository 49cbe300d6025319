#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/users.h"
#include "cli/values.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string user;
    std::string value;  // Role, quota, or lifetime of an invitation.
};

Outcome<> list(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    KS_TRY(auto users, list_users(api));
    std::vector<std::string> items;
    std::vector<std::vector<std::string>> rows{{"NAME", "ROLE", "USED", "QUOTA", "LAST SEEN", "STATE"}};
    for (const codec::JsonObject& user : users) {
        items.push_back(user.text());
        KS_TRY(auto used, understood(user.optional_integer("used_bytes", 0, INT64_MAX)));
        KS_TRY(auto quota, understood(user.optional_integer("quota_bytes", 0, INT64_MAX)));
        KS_TRY(auto seen, understood(user.optional_time("last_seen")));
        KS_TRY(auto disabled, understood(user.optional_bool("disabled")));
        rows.push_back({user.string("username").value_or(""), user.string("role").value_or(""),
                        bytes_text(static_cast<double>(used.value_or(0))),
                        quota.value_or(0) > 0 ? bytes_text(static_cast<double>(*quota)) : "default", seen ? date_text(*seen) : "never",
                        disabled.value_or(false) ? "disabled" : ""});
    }
    if (options.common.json) {
        print_items(items);
    } else {
        print_table(rows);
    }
    return {};
}

Outcome<> invite(const Options& options) {
    codec::JsonWriter body;
    if (!options.value.empty()) {
        KS_TRY(auto seconds, parse_seconds("--expires", options.value));
        body.add("expires_in", seconds);
    }
    KS_TRY(Api api, Api::of(options.common.server));
    KS_TRY(auto invitation, api.post("/api/v1/invitations", body));
    KS_TRY(std::string code, understood(invitation.string("code")));
    KS_TRY(auto end, understood(invitation.optional_time("expires_at")));
    print(options.common.json ? invitation.text() : code);
    if (!options.common.json && end) note("Valid for one new account until " + date_text(*end) + "; give the code to the new user.");
    return {};
}

Outcome<> change(const Options& options, const codec::JsonWriter& what) {
    KS_TRY(Api api, Api::of(options.common.server));
    KS_TRY(std::string id, find_user(api, options.user));
    KS_TRY(auto user, api.patch("/api/v1/users/" + percent_encoded(id), what));
    if (options.common.json) {
        print(user.text());
    } else {
        note("Changed " + user.string("username").value_or(options.user) + ".");
    }
    return {};
}

Outcome<> set_role(const Options& options) { return change(options, codec::JsonWriter().add("role", options.value)); }

Outcome<> set_quota(const Options& options) {
    KS_TRY(auto bytes, parse_bytes("SIZE", options.value));
    return change(options, codec::JsonWriter().add("quota_bytes", bytes));
}

Outcome<> disable(const Options& options) { return change(options, codec::JsonWriter().add("disabled", true)); }
Outcome<> enable(const Options& options) { return change(options, codec::JsonWriter().add("disabled", false)); }

Outcome<> remove(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    KS_TRY(std::string id, find_user(api, options.user));
    KS_CHECK(api.remove("/api/v1/users/" + percent_encoded(id)));
    if (options.common.json) {
        print(codec::JsonWriter().add("id", id).add("deleted", true).text());
    } else {
        note("Deleted " + options.user + ", with all files and links.");
    }
    return {};
}

}  // namespace

void print_password_reset(const Common& common, const std::string& user, const PasswordReset& made) {
    if (common.json) {
        print(codec::JsonWriter().add("code", made.code).add("url", made.url).add("expires_at", made.expires_at).text());
        return;
    }
    print(made.url);
    std::string until = made.expires_at ? " until " + date_text(*made.expires_at) : "";
    note("Valid once" + until + "; give the link to " + user + " to set a new password. All sign-ins of the account end then.");
}

namespace {

Outcome<> ask_for_reset(const Common& common, const std::string& user) {
    KS_TRY(Api api, Api::of(common.server));
    KS_TRY(std::string id, find_user(api, user));
    KS_TRY(auto made, api.post("/api/v1/users/" + percent_encoded(id) + "/password-reset", {}));
    PasswordReset reset;
    KS_TRY(reset.code, understood(made.string("code")));
    KS_TRY(reset.url, understood(made.string("url")));
    KS_TRY(reset.expires_at, understood(made.optional_time("expires_at")));
    print_password_reset(common, user, reset);
    return {};
}

}  // namespace

int reset_password_at_server(const Common& common, const std::string& user) { return finish(common, ask_for_reset(common, user)); }

void add_user(Command& program) {
    Command& user = program.add("user", "manage accounts (administrators)");
    auto add = [&](const char* name, const char* summary, Outcome<> (*work)(const Options&),
                   bool names_user) -> std::pair<Command&, Options&> {
        auto options = std::make_shared<Options>();
        Command& command = user.add(name, summary);
        if (names_user)
            command.takes(
                {.name = "USER", .help = "name or id of the user", .target = &options->user, .required = true, .completed_by = "users"});
        add_common(command, options->common);
        runs(command, options, work);
        return {command, *options};
    };
    add("list", "list accounts", list, false);
    auto [invitation, invited] = add("create-invitation", "create an invitation code for one new account", invite, false);
    invitation.option("--expires", "7d", invited.value, "lifetime of the invitation");
    auto [role, roled] = add("role", "change the role of an account", set_role, true);
    role.takes({.name = "ROLE", .help = "new role", .target = &roled.value, .required = true, .choices = {"user", "admin"}});
    auto [quota, limited] = add("quota", "set the storage quota of a user", set_quota, true);
    quota.takes({.name = "SIZE", .help = "like 500MB or 20GiB; 0 uses the server's default", .target = &limited.value, .required = true});
    add("disable", "disable an account; keeps its files and links", disable, true);
    add("enable", "enable a disabled account", enable, true);
    add("delete", "delete an account with its files and links", remove, true);
}

}  // namespace ks::cli
