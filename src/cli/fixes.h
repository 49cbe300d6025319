#pragma once

#include <string>
#include <vector>

namespace ks::cli {

// Obstacles between a client and a server behind a proxy.
enum class Problem : unsigned char {
    None,
    Upgrade,
    LiveBuffering,
    BodyLimit,
    UploadBuffering,
    Refusals,
    Timeout,
    Host,
    Forwarded,
    PublicUrl
};

// Configuration lines that remove an obstacle, for one program.
struct Fix {
    std::string program;  // nginx, Apache, haproxy, Caddy, Traefik, KingShare
    std::vector<std::string> lines;
};
std::vector<Fix> fixes_for(Problem problem, const std::string& server);

}  // namespace ks::cli
