// Fuzzes the WebSocket opening handshake. Input: its header fields, separated by newlines.
#include "net/ws_handshake.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view left(reinterpret_cast<const char*>(data), size);
    std::array<std::string_view, 7> fields;
    for (auto& field : fields) {
        field = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(field.size() + 1, left.size()));
    }
    auto& [extensions, key, upgrade, connection, version, method, protocols] = fields;
    auto answer = ks::net::answer_handshake({method, upgrade, connection, key, version, extensions, protocols});
    if (answer && answer->deflate == answer->extensions.empty()) std::abort();
    // Only the extensions fuzzed, in an otherwise valid handshake.
    answer = ks::net::answer_handshake({"GET", "websocket", "upgrade", "dGhlIHNhbXBsZSBub25jZQ==", "13", extensions, protocols});
    if (answer && answer->deflate == answer->extensions.empty()) std::abort();
    (void)ks::net::offered_protocols(protocols);
    return 0;
}
