#include "cli/api.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/values.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string query;
    std::string sort = "-created_at";
};

Outcome<> list(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    KS_TRY(auto files, api.list("/api/v1/files?sort=" + options.sort + "&query=" + percent_encoded(options.query)));
    if (options.common.json) {
        std::vector<std::string> items;
        for (const codec::JsonObject& file : files) items.push_back(file.text());
        print_items(items);
        return {};
    }
    std::vector<std::vector<std::string>> rows{{"NAME", "SIZE", "SENT", "ID"}};
    for (const codec::JsonObject& file : files) {
        KS_TRY(auto size, understood(file.optional_integer("size", 0, INT64_MAX)));
        KS_TRY(auto created_at, understood(file.optional_time("created_at")));
        rows.push_back({file.string("filename").value_or(""), bytes_text(static_cast<double>(size.value_or(0))),
                        created_at ? date_text(*created_at) : "", file.string("id").value_or("")});
    }
    if (files.empty()) {
        note(options.query.empty() ? "No files yet; upload one with: kingshare send FILE" : "No matching files.");
    } else {
        print_table(rows);
    }
    return {};
}

}  // namespace

void add_ls(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("ls", "list your files");
    command.takes({.name = "QUERY", .help = "only files with this in their name", .target = &options->query});
    command.takes({.name = "--sort",
                   .value = "KEY",
                   .help = "sort key, with - for descending",
                   .target = &options->sort,
                   .choices = {"created_at", "-created_at", "filename", "-filename", "size", "-size"}});
    add_common(command, options->common);
    runs(command, options, list);
}

}  // namespace ks::cli
