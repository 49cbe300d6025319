#pragma once

#include "cli/api.h"
#include "cli/commands.h"

namespace ks::cli {

// How a link is limited, as it is typed.
struct SharingOptions {
    std::string expires;
    std::string max;
    bool password = false;
    std::string password_file;
    std::vector<std::string> to;
    bool qr = false;
};
void add_sharing(Command& command, SharingOptions& options);

// The same understood, the password asked for: done before anything is sent.
struct Terms {
    std::optional<std::int64_t> expires_in;
    std::optional<std::int64_t> max_downloads;
    std::string password;
    std::vector<std::string> recipients;
};
Outcome<Terms> terms_of(const SharingOptions& options);

Outcome<JsonObject> create_share(Api& api, const std::string& file_id, const Terms& terms);

void show_qr(const std::string& link);  // on standard error, so that standard output stays the link alone

}  // namespace ks::cli
