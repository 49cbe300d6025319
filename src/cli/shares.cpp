#include "cli/api.h"
#include "cli/commands.h"
#include "cli/find_file.h"
#include "cli/terminal.h"
#include "cli/values.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string file;
    bool received = false;
};

Outcome<std::vector<std::string>> row_of(const codec::JsonObject& share) {
    KS_TRY(auto count, understood(share.optional_integer("download_count", 0, INT64_MAX)));
    KS_TRY(auto most, understood(share.optional_integer("max_downloads", 1, INT64_MAX)));
    KS_TRY(auto end, understood(share.optional_time("expires_at")));
    KS_TRY(auto locked, understood(share.optional_bool("has_password")));
    std::string state = share.string("state").value_or("");
    if (state == "used_up") state = "used up";
    std::string downloads = std::to_string(count.value_or(0)) + (most ? " of " + std::to_string(*most) : "");
    return std::vector<std::string>{
        share.string("filename").value_or(""), state, downloads, end ? date_text(*end) : "never", locked.value_or(false) ? "yes" : "no",
        share.string("url").value_or("")};
}

Outcome<> list(const Options& options) {
    if (options.received && !options.file.empty()) return command_error(ExitCode::Usage, "FILE and --received can't be used together");
    KS_TRY(Api api, Api::of(options.common.server));
    std::string path = options.received ? "/api/v1/shares/received" : "/api/v1/shares";
    if (!options.file.empty()) {
        KS_TRY(auto file, find_file(api, options.file));
        KS_TRY(std::string id, understood(file.string("id")));
        path += "?file_id=" + percent_encoded(id);
    }
    KS_TRY(auto shares, api.list(path));
    if (options.common.json) {
        std::vector<std::string> items;
        for (const codec::JsonObject& share : shares) items.push_back(share.text());
        print_items(items);
        return {};
    }
    std::vector<std::vector<std::string>> rows{{"FILE", "STATE", "DOWNLOADS", "UNTIL", "PASSWORD", "LINK"}};
    for (const codec::JsonObject& share : shares) {
        KS_TRY(auto row, row_of(share));
        rows.push_back(std::move(row));
    }
    if (!shares.empty()) {
        print_table(rows, LastColumn::IsLink);
    } else {
        note(options.received ? "Nobody has shared a file with you." : "No links yet; create one with: kingshare share FILE");
    }
    return {};
}

}  // namespace

void add_shares(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("shares", "list your links, including ended ones");
    command.takes({.name = "FILE", .help = "only links to this file", .target = &options->file, .completed_by = "files"});
    command.flag("--received", options->received, "list links that others shared with you instead");
    add_common(command, options->common);
    runs(command, options, list);
}

}  // namespace ks::cli
