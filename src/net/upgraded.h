#pragma once

#include <string>

namespace ks::net {

// A socket released from HTTP.
struct Upgraded {
    int descriptor;
    std::string answer;    // the 101 response; not sent yet, so that it shares a packet with the first frames
    std::string received;  // bytes received after the request head
};

}  // namespace ks::net
