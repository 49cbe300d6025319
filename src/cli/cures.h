#pragma once

#include <string>
#include <vector>

namespace ks::cli {

// What can stand in the way of a server behind a proxy.
enum class Ailment : unsigned char { None, Upgrade, LiveBuffering, BodyLimit, UploadBuffering, Refusals, Timeout, Host, Forwarded, PublicUrl };

// The lines that mend it, in one program's configuration.
struct Cure {
    std::string program;  // nginx, Apache, haproxy, Caddy, Traefik, KingShare
    std::vector<std::string> lines;
};
std::vector<Cure> cures_of(Ailment ailment, const std::string& server);

}  // namespace ks::cli
