#pragma once

#include "net/connection_deadline.h"
#include "net/http.h"
#include "net/transport.h"

namespace ks::net {

// Writes the responses of a connection one after the other. Bound to a loop. Functions that send return false once the client has
// disconnected.
class ResponseWriter {
public:
    // The properties of a request that its response depends on.
    struct Context {
        bool head_only;   // a HEAD request
        bool is_http11;   // HTTP/1.0 clients know neither chunks nor connections that persist unless asked
        bool keep_alive;  // whether the connection is to persist
    };

    ResponseWriter(Transport& transport, ConnectionDeadline& deadline);

    void reset();  // for the next request
    void add_headers(HeaderList headers) { more_headers_ = std::move(headers); }

    // Begins the response, once for each request.
    void begin(Context context);
    bool begun() const { return begun_; }
    // Whether the client can take the response for complete and send its next request.
    bool keeps_alive() const { return complete_ && context_.keep_alive; }

    awaitable<bool> send(Response response);

    awaitable<bool> start(Response head);
    awaitable<bool> write_some(std::string_view piece);
    awaitable<bool> finish();

    awaitable<bool> send_continue();  // 100 Continue
    std::string switching_protocols(HeaderList headers);

    std::uint64_t body_handed_over();

private:
    void take_headers(Response& response);
    std::string head_of(const Response& response, std::optional<std::uint64_t> length) const;
    awaitable<bool> write(Buffers buffers, bool more_follows = false);
    awaitable<bool> send_file(FileBody file);
    awaitable<bool> wait_until_handed_over();

    Transport& transport_;
    ConnectionDeadline& deadline_;
    HeaderList more_headers_;  // of add_headers()
    Context context_{};
    std::uint64_t body_begins_ = 0;  // offset of the body in the bytes sent
    bool begun_ = false;
    bool complete_ = false;
    bool chunked_ = false;
    bool until_handed_over_ = false;  // of the streamed response
};

}  // namespace ks::net
