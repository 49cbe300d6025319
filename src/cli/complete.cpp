#include "cli/api.h"
#include "cli/commands.h"
#include "cli/state_paths.h"
#include "cli/terminal.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace ks::cli {

namespace {

struct Options {
    std::string what;
    std::string prefix;
};

// Completion must be fast: only one page, with a timeout of 2 s. Errors yield no candidates.
std::vector<std::string> fields(Api& api, const std::string& path, const std::string& field) {
    auto answer = api.send({.url = path, .within = std::chrono::seconds(2)});
    auto page = answer ? codec::JsonObject::parse(answer->body) : Result<codec::JsonObject>(fail(ErrorCode::InvalidRequest));
    auto items = page ? page->objects("items") : Result<std::vector<codec::JsonObject>>(std::vector<codec::JsonObject>());
    std::vector<std::string> values;
    if (!items) return values;
    for (const codec::JsonObject& item : *items) {
        auto state = item.string("state");
        if (!state || *state == "active") values.push_back(item.string(field).value_or(""));
    }
    return values;
}

std::vector<std::string> servers() {
    std::vector<std::string> addresses;
    auto folder = state_folder("sessions");
    if (!folder) return addresses;
    std::error_code ignored;
    for (std::filesystem::directory_iterator entry(*folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
        auto session = codec::JsonObject::parse(read_file(entry->path().string()).value_or(""));
        if (session) addresses.push_back(session->string("server").value_or(""));
    }
    return addresses;
}

std::vector<std::string> candidates(const Options& options) {
    if (options.what == "servers") return servers();
    auto api = Api::of("");
    if (!api) return {};
    if (options.what == "files") {
        return fields(*api, "/api/v1/files?sort=-created_at&limit=200&query=" + percent_encoded(options.prefix), "filename");
    }
    if (options.what == "links") return fields(*api, "/api/v1/shares?limit=200", "url");
    if (options.what == "tokens") return fields(*api, "/api/v1/tokens?limit=200", "name");
    if (options.what != "users") return {};
    auto users = fields(*api, "/api/v1/users?limit=200", "username");  // Administrators only.
    return users.empty() ? fields(*api, "/api/v1/presence?limit=200", "username") : users;
}

}  // namespace

void add_complete(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("__complete", "print completions from the server, one per line; for completion scripts");
    command.hidden = true;
    command.takes({.name = "WHAT", .help = "of what", .target = &options->what, .required = true});
    command.takes({.name = "PREFIX", .help = "how it begins", .target = &options->prefix});
    command.runs([options] {
        std::set<std::string> found;
        for (std::string& name : candidates(*options)) {
            // One candidate per line. A leading '-' would be completed as an option.
            bool fits = !name.empty() && name.front() != '-' && is_printable(name) && name.starts_with(options->prefix);
            if (fits) found.insert(std::move(name));
        }
        for (const std::string& name : found) print(name);
        return 0;
    });
}

}  // namespace ks::cli
