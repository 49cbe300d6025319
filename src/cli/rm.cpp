#include "cli/commands.h"
#include "cli/find_file.h"
#include "cli/terminal.h"
#include "cli/values.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::vector<std::string> files;
};

Outcome<> remove(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    // Resolve all names before deleting anything.
    std::vector<codec::JsonObject> files;
    for (const std::string& name : options.files) {
        KS_TRY(auto file, find_file(api, name));
        files.push_back(std::move(file));
    }
    std::vector<std::string> items;
    for (const codec::JsonObject& file : files) {
        KS_TRY(std::string id, understood(file.string("id")));
        KS_CHECK(api.remove("/api/v1/files/" + percent_encoded(id)));
        items.push_back(file.text());
        if (!options.common.json) note("Deleted " + file.string("filename").value_or(id) + " and its links.");
    }
    if (options.common.json) print_items(items);
    return {};
}

}  // namespace

void add_rm(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("rm", "delete files and their links");
    command.takes({.name = "FILE",
                   .help = "name or id of a file, see kingshare ls",
                   .target = &options->files,
                   .required = true,
                   .completed_by = "files"});
    add_common(command, options->common);
    runs(command, options, remove);
}

}  // namespace ks::cli
