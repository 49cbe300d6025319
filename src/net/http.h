#pragma once

#include "base/result.h"
#include "net/upgraded.h"
#include "runtime/suspend.h"

#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ks::net {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method;
    std::string target;  // as received; may contain tokens, must not be logged
    HeaderList headers;
    std::string peer;  // remote address without the port
    std::optional<std::uint64_t> content_length;

    bool has_header(std::string_view name) const;
    std::string_view header(std::string_view name) const;  // case-insensitive; empty if absent; repeated fields joined with ", "
    std::string_view cookie(std::string_view name) const;
};

// A range of an open file as a response body.
struct FileBody {
    int descriptor;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct Response {
    int status = 200;
    HeaderList headers{};
    std::string body{};
    std::optional<FileBody> file{};              // sent instead of body
    std::optional<std::uint64_t> head_length{};  // Content-Length of a HEAD response or of a streamed body
    bool until_handed_over = false;              // send() or finish() waits until the kernel has transmitted everything

    Response& with(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
};

// One request and its response. Must be used on the connection's loop. The body stays in the socket until it is read.
class Exchange {
public:
    virtual ~Exchange() = default;
    virtual const Request& request() const = 0;

    // Reads at least one byte of the body; returns 0 at its end. Errors: INVALID_REQUEST if the body is truncated or badly framed, CONFLICT
    // after interrupt_read().
    virtual awaitable<Result<std::size_t>> read_some(std::span<char> out) = 0;

    // Makes the pending read, or else the next one, fail with CONFLICT. Reading may continue afterwards.
    virtual void interrupt_read() = 0;

    // Reads the whole body. Errors: TOO_LARGE if it exceeds `limit` bytes.
    awaitable<Result<std::string>> read_all(std::size_t limit);

    // Adds headers to those of the Response. Must be called before send() or start(); a second call replaces the first.
    virtual void add_headers(HeaderList headers) = 0;

    // Sends the response, once. Returns true if all of it was sent, false if the client disconnected first.
    virtual awaitable<bool> send(Response response) = 0;
    virtual bool answered() const = 0;

    // Returns the number of response body bytes that the kernel has transmitted, acknowledged or not; bytes still in its send buffer don't
    // count. 0 before the response; valid until the next request.
    virtual std::uint64_t body_handed_over() = 0;

    // Streamed response: start() sends the head, write_some() a piece of the body, finish() ends it. Each returns false once the client has
    // disconnected. If head_length is set, the pieces must add up to it; otherwise they are sent chunked (RFC 9112 §7.1) or, to HTTP/1.0
    // clients, up to the end of the connection. For HEAD only start() is needed. A response without finish() closes the connection, so that
    // it is not mistaken for a complete one.
    virtual awaitable<bool> start(Response head) = 0;
    virtual awaitable<bool> write_some(std::string_view piece) = 0;
    virtual awaitable<bool> finish() = 0;

    virtual void abort() = 0;  // aborts the connection at once; pending operations fail

    // Between start() and finish(): calls `gone` when the client disconnects, which is not detected otherwise while nothing is written. Not
    // called after the exchange has ended, nor for a client that sends more data after its request.
    virtual void on_hang_up(std::function<void()> gone) = 0;

    // Releases the socket together with a 101 response of these headers, not sent yet. Returns nullopt if the connection was aborted.
    virtual std::optional<Upgraded> upgrade(HeaderList headers) = 0;

    virtual unsigned loop() const = 0;  // index
};

class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    // Must send a response. Called on the connection's loop.
    virtual awaitable<void> handle(Exchange& exchange) = 0;
    // Returns the response to a request that is rejected before handle(), e.g. for a malformed head.
    virtual Response refusal(const Error& error, int status) = 0;
    // Returns whether the address is a trusted proxy, which connects for many clients and is exempt from the limit per address.
    virtual bool is_proxy(const std::string&) const { return false; }
};

std::string_view status_text(int status);
bool is_media_type(std::string_view content_type, std::string_view type);  // ignores parameters and case (RFC 9110 §8.3.1)
std::string http_date(std::time_t time);                                   // IMF-fixdate (RFC 9110 §5.6.7)

}  // namespace ks::net
