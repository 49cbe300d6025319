#pragma once

#include "net/connection_deadline.h"
#include "net/http.h"
#include "net/transport.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace ks::net {

// Reads the requests of a connection one after the other: the head, then the body as far as it is asked for. Bound to a loop.
class RequestReader {
public:
    struct Refusal {
        Error error;
        int status = 400;
    };

    RequestReader(Transport& transport, ConnectionDeadline& deadline, const HttpOptions& options);

    // Reads the next head. Returns false if the client has disconnected or sent none in time. Errors: a Refusal for the client.
    awaitable<tl::expected<bool, Refusal>> read_head();

    const Request& request() const { return request_; }
    bool keep_alive() const { return keep_alive_; }
    bool is_http11() const { return is_http11_; }

    // Reads at least one byte of the body; returns 0 at its end. Errors: see Exchange::read_some().
    awaitable<Result<std::size_t>> read_body(std::span<char> out);
    bool has_unread_body() const { return chunked_ || body_left_ > 0; }
    // Whether the client waits for 100 Continue before it sends the body (RFC 9110 §10.1.1).
    bool expects_continue() const { return expects_continue_; }
    void stop_expecting_continue() { expects_continue_ = false; }
    void interrupt();  // the pending read_body(), or else the next one, fails with CONFLICT

    std::string buffered() const;  // bytes received after the head

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

    void reset();
    awaitable<boost::system::error_code> parse_head();
    awaitable<bool> read_long_head();
    Result<void> take_head();
    void take_fields();
    Result<void> take_target();
    Result<void> take_framing();
    awaitable<Result<std::size_t>> read_sized(std::span<char> out);
    awaitable<Result<std::size_t>> read_chunked(std::span<char> out);
    bool was_interrupted(const boost::system::error_code& error);

    Transport& transport_;
    ConnectionDeadline& deadline_;
    const HttpOptions& options_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Request request_;
    std::optional<std::string> long_value_;  // value of options_.long_field, cut out of a long head
    std::uint64_t body_left_ = 0;            // bytes of a Content-Length body not read yet
    bool chunked_ = false;                   // a chunked body is not read to its end
    bool expects_continue_ = false;
    bool keep_alive_ = false;
    bool is_http11_ = true;
    bool reading_body_ = false;
    bool interrupted_ = false;
};

}  // namespace ks::net
