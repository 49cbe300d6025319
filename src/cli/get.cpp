#include "cli/commands.h"
#include "cli/download.h"
#include "cli/terminal.h"
#include "cli/values.h"

#include <algorithm>
#include <filesystem>

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string url;
    std::string output;
    std::string password_file;
    bool force = false;
};

constexpr int most_attempts = 3;
constexpr std::size_t longest_name = 255;  // Bytes; the limit of Linux file systems.

// Returns the public share. Reads or asks for its password if required, and adds it to the headers of `content`.
Outcome<codec::JsonObject> open_link(Api& api, const std::string& path, const Options& options, Content& content) {
    for (int attempt = 0;; ++attempt) {
        auto answer = api.send({.url = path, .headers = content.headers});
        if (answer) return json_of(*answer);
        if (answer.error().exit == ExitCode::NotFound) answer.error().message = "there is no such link; is it complete?";
        bool wrong = answer.error().code == "INVALID_CREDENTIALS";
        bool from_file = !options.password_file.empty();
        if (!wrong || attempt == most_attempts || (from_file && attempt > 0)) return tl::unexpected(std::move(answer.error()));
        if (attempt > 0) note("Wrong password.");
        Outcome<std::string> password;
        if (from_file) {
            password = secret_from(options.password_file);
        } else {
            password = ask_secret("Password of the link: ", "the link requires a password: use --password-file FILE");
        }
        if (!password) return tl::unexpected(std::move(password.error()));
        content.headers = {"X-Share-Password: UTF-8''" + percent_encoded(*password)};
    }
}

// Returns the sender's filename made safe: no path separators, control characters, leading '.' or '-'; at most 255 bytes.
std::string safe_name(const std::string& filename) {
    std::string name = with_unprintable_replaced(filename, '_');
    std::replace(name.begin(), name.end(), '/', '_');
    if (name.empty() || name.front() == '.' || name.front() == '-') name.insert(0, "_");
    if (name.size() <= longest_name) return name;
    std::string ending = std::filesystem::path(name).extension().string();
    if (ending.size() > 32) ending.clear();
    return shortened_to_bytes(name, longest_name - ending.size()) + ending;
}

std::string target_of(const Options& options, const std::string& filename) {
    if (options.output.empty()) return safe_name(filename);
    std::error_code ignored;
    if (std::filesystem::is_directory(options.output, ignored))
        return (std::filesystem::path(options.output) / safe_name(filename)).string();
    return options.output;
}

Outcome<> get_by(Api api, const std::string& share_token, const Options& options) {
    std::string path = "/api/v1/public/shares/" + percent_encoded(share_token);
    Content content{.path = path + "/content"};
    KS_TRY(auto share, open_link(api, path, options, content));
    KS_TRY(std::string filename, understood(share.string("filename")));
    KS_TRY(auto size, understood(share.optional_integer("size", 0, INT64_MAX)));
    ProgressBar bar(filename);
    if (options.output == "-") return download_to_output(api, content, bar);
    std::string target = target_of(options, filename);
    std::error_code ignored;
    auto there = std::filesystem::symlink_status(target, ignored).type();
    using Kind = std::filesystem::file_type;
    bool is_file = there == Kind::regular || there == Kind::symlink || there == Kind::not_found || there == Kind::none;
    if (!is_file) return command_error(ExitCode::Usage, "\"" + target + "\" is not a regular file; to write to standard output, use: -o -");
    if (!options.force && there != Kind::not_found && there != Kind::none) {
        return command_error(ExitCode::Failed,
                             "\"" + target + "\" already exists; choose another name with -o FILE, or replace it with --force");
    }
    KS_CHECK(download_to_file(api, content, target, options.force, bar));
    bar.clear();
    if (options.common.json) {
        print(codec::JsonWriter().add("path", target).add("filename", filename).add("size", size.value_or(0)).text());
    } else {
        note(target + ": " + bytes_text(static_cast<double>(size.value_or(0))) + " received");
    }
    return {};
}

Outcome<> get(const Options& options) {
    KS_TRY(Link link, share_link(options.url));
    if (auto session = session_at(link.server)) {
        // Signed in, since downloads by the owner are not counted. An expired session must not block a public link.
        if (fresh_session(*session)) return get_by(Api::as(*session), link.share_token, options);
    }
    return get_by(Api::anonymous(link.server), link.share_token, options);
}

}  // namespace

void add_get(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("get", "download a link");
    command.details(
        "Requires no account. To resume an interrupted download, run the same command again. The SHA-256 of the content is verified "
        "before the file gets its final name.");
    command.takes({.name = "LINK", .help = "like https://files.example.org/s/…", .target = &options->url, .required = true});
    command.takes({.name = "-o,--output",
                   .value = "FILE",
                   .help = "target file or folder; - is standard output [the sender's filename]",
                   .target = &options->output,
                   .is_path = true});
    command.flag("--force", options->force, "replace an existing file");
    command.takes({.name = "--password-file",
                   .value = "FILE",
                   .help = "read the link's password from the first line of FILE; - is standard input; default: prompt",
                   .target = &options->password_file,
                   .is_path = true});
    command.flag("--json", options->common.json, "print the result as JSON");
    runs(command, options, get);
}

}  // namespace ks::cli
