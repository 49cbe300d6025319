#include "cli/sharing.h"

#include "cli/terminal.h"
#include "cli/values.h"

#include <qrencode.h>
#include <unistd.h>

namespace ks::cli {

void add_sharing(Command& command, SharingOptions& options) {
    command.option("--expires", "7d", options.expires, "lifetime of the link, like 90s, 30m, 12h, 7d or 2w");
    command.option("--max", "3", options.max, "maximum number of downloads");
    command.flag("--password", options.password, "protect the link with a password; prompts for it");
    command.takes({.name = "--password-file",
                   .value = "FILE",
                   .help = "read the link's password from the first line of FILE; - is standard input",
                   .target = &options.password_file,
                   .is_path = true});
    command.takes({.name = "--to", .value = "USER", .help = "share with this user", .target = &options.to, .completed_by = "users"});
    command.flag("--qr", options.qr, "also print the link as a QR code");
}

Outcome<Terms> terms_of(const SharingOptions& options) {
    Terms terms{.recipients = options.to};
    if (!options.expires.empty()) {
        KS_TRY(terms.expires_in, parse_seconds("--expires", options.expires));
    }
    if (!options.max.empty()) {
        KS_TRY(terms.max_downloads, parse_count("--max", options.max));
    }
    if (!options.password_file.empty()) {
        KS_TRY(terms.password, secret_from(options.password_file));
    } else if (options.password) {
        const std::string instead = "use --password-file FILE";
        KS_TRY(terms.password, ask_secret("Password for the link: ", instead));
        KS_TRY(std::string again, ask_secret("Repeat the password: ", instead));
        if (terms.password.empty() || terms.password != again)
            return command_error(ExitCode::Usage, "the passwords do not match, or are empty");
    }
    return terms;
}

Outcome<codec::JsonObject> create_share(Api& api, const std::string& file_id, const Terms& terms) {
    codec::JsonWriter body;
    body.add("file_id", file_id);
    if (terms.expires_in) body.add("expires_in", *terms.expires_in);
    if (terms.max_downloads) body.add("max_downloads", *terms.max_downloads);
    if (!terms.password.empty()) body.add("password", terms.password);
    if (!terms.recipients.empty()) body.add("recipients", terms.recipients);
    return api.post("/api/v1/shares", body);
}

void show_qr(const std::string& link) {
    std::unique_ptr<QRcode, void (*)(QRcode*)> code(QRcode_encodeString8bit(link.c_str(), 0, QR_ECLEVEL_M), QRcode_free);
    if (!code) return note("(The link is too long for a QR code.)");
    constexpr int quiet = 2;
    auto dark = [&](int x, int y) {
        bool inside = x >= 0 && y >= 0 && x < code->width && y < code->width;
        return inside && (code->data[y * code->width + x] & 1);
    };
    // Two modules per character. Black on white with colours; otherwise assumes a dark background.
    bool colour = wants_colour(STDERR_FILENO);
    for (int y = -quiet; y < code->width + quiet; y += 2) {
        std::string line;
        for (int x = -quiet; x < code->width + quiet; ++x) {
            bool top = dark(x, y) == colour;
            bool bottom = dark(x, y + 1) == colour;
            line += top && bottom ? "█" : top ? "▀" : bottom ? "▄" : " ";
        }
        note({line, Style::QrCode});
    }
}

}  // namespace ks::cli
