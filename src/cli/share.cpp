#include "cli/find_file.h"
#include "cli/sharing.h"
#include "cli/terminal.h"

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string file;
    SharingOptions sharing;
};

Outcome<> share(const Options& options) {
    KS_TRY(Terms terms, terms_of(options.sharing));
    KS_TRY(Api api, Api::of(options.common.server));
    KS_TRY(auto file, find_file(api, options.file));
    KS_TRY(std::string id, understood(file.string("id")));
    KS_TRY(auto share, create_share(api, id, terms));
    KS_TRY(std::string link, understood(share.string("url")));
    print(options.common.json ? share.text() : link);
    if (options.sharing.qr) show_qr(link);
    return {};
}

}  // namespace

void add_share(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("share", "create a link to an uploaded file");
    command.takes({.name = "FILE",
                   .help = "name or id of a file, see kingshare ls",
                   .target = &options->file,
                   .required = true,
                   .completed_by = "files"});
    add_sharing(command, options->sharing);
    add_common(command, options->common);
    runs(command, options, share);
}

}  // namespace ks::cli
