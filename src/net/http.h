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
    std::string target;  // as it came; may hold tokens: never for the log
    HeaderList headers;
    std::string peer;  // address of the socket's other end, without the port
    std::optional<std::uint64_t> content_length;

    bool has_header(std::string_view name) const;
    std::string_view header(std::string_view name) const;  // any case; empty where it is absent; lists are joined with ", "
    std::string_view cookie(std::string_view name) const;
};

// A part of an open file as a body.
struct FileBody {
    int descriptor;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct Response {
    int status = 200;
    HeaderList headers{};
    std::string body{};
    std::optional<FileBody> file{};              // instead of body
    std::optional<std::uint64_t> head_length{};  // of the body that an answer to HEAD stands for
    bool until_handed_over = false;              // sent only once all of it was handed to the network

    Response& with(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
};

// One request and its answer, on the connection's core. The body stays on the wire until it is read.
class Exchange {
public:
    virtual ~Exchange() = default;
    virtual const Request& request() const = 0;

    // Some of the body, at least a byte; 0 at its end. INVALID_REQUEST for a body that breaks off or is badly framed.
    virtual awaitable<Result<std::size_t>> read_some(std::span<char> out) = 0;

    // The read that waits for bytes fails with CONFLICT, or the next one does; one may read on.
    virtual void interrupt_read() = 0;

    // The whole body of at most `limit` bytes; TOO_LARGE above.
    awaitable<Result<std::string>> read_all(std::size_t limit);

    // Headers of the answer, beside its own. Before send(), start().
    virtual void add_headers(HeaderList headers) = 0;

    // The answer, once. True when all of it went out; false when the client went away first.
    virtual awaitable<bool> send(Response response) = 0;
    virtual bool answered() const = 0;

    // How many bytes of the answer's body were handed to the network, whether or not the client acknowledged them: what still lies in
    // the kernel's send buffer was not. Good while the answer is sent, and afterwards until the next request.
    virtual std::uint64_t body_handed_over() = 0;

    // An answer whose body is made while it goes out: its head, then pieces, then its end; false once the client has gone. head_length,
    // where it is given, is what the pieces add up to; without it they are sent chunked (RFC 9112 §7.1), or up to the end of the connection
    // to a client of HTTP/1.0. For HEAD, start() is all there is. An answer that is not finished ends the connection, so that it is not
    // taken for whole.
    virtual awaitable<bool> start(Response head) = 0;
    virtual awaitable<bool> write_some(std::string_view piece) = 0;
    virtual awaitable<bool> finish() = 0;

    virtual void cut() = 0;  // the connection breaks, at once; what waits for it fails

    // Between start() and finish(): calls `gone` when the client hangs up, which nothing else tells as long as nothing is written. Not once
    // the exchange has ended, nor for a client that sends more behind its request.
    virtual void on_hang_up(std::function<void()> gone) = 0;

    // Gives the socket away, with a 101 of these headers to be sent; nullopt when the connection was cut.
    virtual std::optional<Upgraded> upgrade(HeaderList headers) = 0;

    virtual unsigned core() const = 0;  // its index
};

class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    // Sends an answer. On the connection's core.
    virtual awaitable<void> handle(Exchange& exchange) = 0;
    // The answer to what is no request that could be handled.
    virtual Response refusal(const Error& error, int status) = 0;
    // Whether connections of this address are those of many clients: a trusted proxy's.
    virtual bool is_proxy(const std::string&) const { return false; }
};

std::string_view status_text(int status);
bool is_media_type(std::string_view content_type, std::string_view type);  // whatever its parameters and its case (RFC 9110 §8.3.1)
std::string http_date(std::time_t time);                                   // IMF-fixdate (RFC 9110 §5.6.7)

}  // namespace ks::net
