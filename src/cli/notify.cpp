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
    codec::JsonWriter notice;
    notice.add("message", options.message).add("level", options.level);
    KS_CHECK(api.post("/api/v1/notifications", notice));
    if (options.common.json) {
        print(notice.text());
    } else {
        note("Sent to all users.");
    }
    return {};
}

}  // namespace

void add_notify(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("notify", "send a notification to all users (administrators)");
    command.takes({.name = "MESSAGE", .help = "text of the notification", .target = &options->message, .required = true});
    command.takes({.name = "--level",
                   .value = "LEVEL",
                   .help = "level of the notification",
                   .target = &options->level,
                   .choices = {"Info", "Warning", "Error", "Success"}});
    add_common(command, options->common);
    runs(command, options, notify);
}

}  // namespace ks::cli
