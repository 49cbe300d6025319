#include "base/id.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/values.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::vector<std::string> shares;
};

Outcome<codec::JsonObject> find_share(Api& api, const std::string& named) {
    if (ShareId::parse(named)) return api.get("/api/v1/shares/" + percent_encoded(named));
    KS_TRY(Link link, share_link(named));
    KS_TRY(auto shares, api.list("/api/v1/shares"));
    for (codec::JsonObject& share : shares) {
        if (share.string("share_token") == link.share_token) return std::move(share);
    }
    return command_error(ExitCode::NotFound, "no such link; kingshare shares lists yours");
}

Outcome<> revoke(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    std::vector<std::string> items;
    for (const std::string& named : options.shares) {
        KS_TRY(auto share, find_share(api, named));
        KS_TRY(std::string id, understood(share.string("share_id")));
        KS_CHECK(api.remove("/api/v1/shares/" + percent_encoded(id)));
        items.push_back(share.text());
        if (!options.common.json) note("Revoked a link to " + share.string("filename").value_or("") + ".");
    }
    if (options.common.json) print_items(items);
    return {};
}

}  // namespace

void add_revoke(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("revoke", "revoke links");
    command.takes({.name = "LINK", .help = "URL or id of a link", .target = &options->shares, .required = true, .completed_by = "links"});
    add_common(command, options->common);
    runs(command, options, revoke);
}

}  // namespace ks::cli
