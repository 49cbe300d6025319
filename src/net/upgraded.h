#pragma once

#include <string>

namespace ks::net {

// A socket that has left HTTP.
struct Upgraded {
    int descriptor;
    std::string answer;    // the 101: not sent yet, so that it shares a packet with what is said first
    std::string received;  // what came after the request's head
};

}  // namespace ks::net
