#include "cli/api.h"
#include "cli/commands.h"
#include "cli/terminal.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string message;
    std::string level = "Info";
};

Outcome<> notify(const Options& options) {
    KS_TRY(Api api, Api::of(options.common.server));
    JsonWriter notice;
    notice.add("message", options.message).add("level", options.level);
    KS_CHECK(api.post("/api/v1/notifications", notice));
    if (options.common.json) {
        print(notice.text());
    } else {
        note("Told everyone who is connected.");
    }
    return {};
}

}  // namespace

void add_notify(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("notify", "tell everyone something (administrators)");
    command.takes({.name = "MESSAGE", .help = "what they are to read", .target = &options->message, .required = true});
    command.takes({.name = "--level",
                   .value = "LEVEL",
                   .help = "how it is shown",
                   .target = &options->level,
                   .choices = {"Info", "Warning", "Error", "Success"}});
    add_common(command, options->common);
    runs(command, options, notify);
}

}  // namespace ks::cli
