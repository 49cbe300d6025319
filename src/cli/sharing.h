#pragma once

#include "cli/api.h"
#include "cli/commands.h"

namespace ks::cli {

// Limits of a link, as typed on the command line.
struct SharingOptions {
    std::string expires;
    std::string max;
    bool password = false;
    std::string password_file;
    std::vector<std::string> to;
    bool qr = false;
};
void add_sharing(Command& command, SharingOptions& options);

// Validated limits, including the password. Obtained before any upload starts. Empty means no limit.
struct Terms {
    std::optional<std::int64_t> expires_in;
    std::optional<std::int64_t> max_downloads;
    std::string password;
    std::vector<std::string> recipients;
};
Outcome<Terms> terms_of(const SharingOptions& options);

Outcome<codec::JsonObject> create_share(Api& api, const std::string& file_id, const Terms& terms);

void show_qr(const std::string& link);  // On standard error: standard output has only the link.

}  // namespace ks::cli
