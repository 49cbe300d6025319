#include "base/unicode.h"
#include "cli/sharing.h"
#include "cli/terminal.h"
#include "cli/upload.h"
#include "cli/values.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace ks::cli {

namespace {

struct Options {
    Common common;
    SharingOptions sharing;
    std::vector<std::string> files;
    std::string name;
    bool no_link = false;
};

struct Sent {
    std::string file_id;
    std::string filename;
    std::uint64_t size = 0;
};

std::string folder_hint(const std::string& path) {
    std::string hint = "\"" + path + "\" is a folder; send the files in it, or all of it as one: tar c ";
    hint += path + " | kingshare send - --name ";
    return hint + std::filesystem::canonical(path).filename().string() + ".tar";
}

// Error for a filename that is not UTF-8. Suggests a name read as Latin-1, the usual legacy encoding.
std::string unfit_name(const std::string& path) {
    std::string likely = from_latin1(std::filesystem::path(path).filename().string());
    return "the name of \"" + path + "\" is not valid UTF-8; choose another one: kingshare send FILE --name \"" +
           with_unprintable_replaced(likely, '_') + "\"";
}

// Validates all arguments before the first upload.
Outcome<> check_files(const Options& options) {
    int streams = 0;
    if (options.files.size() > 1 && !options.name.empty())
        return command_error(ExitCode::Usage, "--name requires a single file; send renamed files one at a time");
    if (!is_utf8(options.name))
        return command_error(ExitCode::Usage, "--name: \"" + options.name + "\" is not allowed; it must be valid UTF-8");
    for (const std::string& path : options.files) {
        struct stat facts {};
        if (path == "-") {
            if (++streams > 1 || options.sharing.password_file == "-")
                return command_error(ExitCode::Usage, "standard input can be used only once");
        } else if (::stat(path.c_str(), &facts) != 0) {
            return command_error(errno == ENOENT ? ExitCode::NotFound : ExitCode::Failed,
                                 "can't read \"" + path + "\" (" + std::strerror(errno) + ")");
        } else if (S_ISDIR(facts.st_mode)) {
            return command_error(ExitCode::Usage, folder_hint(path));
        } else if (!S_ISREG(facts.st_mode)) {
            return command_error(ExitCode::Usage,
                                 "\"" + path + "\" is not a regular file; to send a pipe, use: kingshare send - --name NAME");
        } else if (options.name.empty() && !is_utf8(std::filesystem::path(path).filename().string())) {
            return command_error(ExitCode::Usage, unfit_name(path));
        }
    }
    return {};
}

// Creates and prints the link of an uploaded file, unless --no-link, and adds its JSON to `items`.
Outcome<> hand_out(Api& api, const Options& options, const Terms& terms, const Sent& sent, std::vector<std::string>& items) {
    codec::JsonWriter item;
    item.add("file_id", sent.file_id).add("filename", sent.filename).add("size", sent.size);
    if (!options.no_link) {
        KS_TRY(auto share, create_share(api, sent.file_id, terms));
        KS_TRY(std::string link, understood(share.string("url")));
        item.raw("share", share.text());
        if (!options.common.json) print(link);
        if (options.sharing.qr) show_qr(link);
    }
    items.push_back(item.text());
    return {};
}

void tell(const Options& options, const Sent& sent, std::uint64_t found) {
    if (options.common.json) return;
    std::string before = found > 0 ? ", " + bytes_text(static_cast<double>(found)) + " of it earlier" : "";
    note(sent.filename + ": " + bytes_text(static_cast<double>(sent.size)) + " sent" + before);
}

Outcome<> send_one(Api& api, const Options& options, const Terms& terms, const std::string& path, std::vector<std::string>& items) {
    if (path == "-") {
        Sent sent{.filename = options.name.empty() ? "stdin" : options.name};
        {
            ProgressBar bar(sent.filename);
            KS_TRY(sent.file_id, send_stream(api, STDIN_FILENO, sent.filename, sent.size, bar));
        }
        tell(options, sent, 0);
        return hand_out(api, options, terms, sent, items);
    }
    std::string name = options.name.empty() ? std::filesystem::path(path).filename().string() : options.name;
    KS_TRY(FileUpload upload, FileUpload::open(api, path, name));
    Sent sent{.filename = name, .size = upload.size()};
    {
        ProgressBar bar(sent.filename);
        KS_TRY(sent.file_id, upload.send(bar));
    }
    tell(options, sent, upload.found());
    if (auto handed = hand_out(api, options, terms, sent, items); !handed) {
        handed.error().message += "; the file is on the server: the corrected command only creates the link";
        return handed;
    }
    upload.forget();
    return {};
}

Outcome<> send(const Options& options) {
    KS_CHECK(check_files(options));
    KS_TRY(Terms terms, terms_of(options.sharing));
    KS_TRY(Api api, Api::of(options.common.server));
    std::vector<std::string> items;
    Outcome<> outcome;
    for (const std::string& path : options.files) {
        outcome = send_one(api, options, terms, path, items);
        if (!outcome) break;
    }
    if (options.common.json && !items.empty()) print_items(items);
    return outcome;
}

}  // namespace

void add_send(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("send", "upload files and print a link for each");
    command.details(
        "Standard output contains only the links. To resume an interrupted upload, run the same command again. While the server is "
        "unreachable, it retries.");
    command.takes(
        {.name = "FILE", .help = "file to upload; - is standard input", .target = &options->files, .required = true, .is_path = true});
    command.option("--name", "NAME", options->name, "name of the file on the server [the file's own; stdin for standard input]");
    command.flag("--no-link", options->no_link, "upload without creating a link");
    add_sharing(command, options->sharing);
    add_common(command, options->common);
    runs(command, options, send);
}

}  // namespace ks::cli
