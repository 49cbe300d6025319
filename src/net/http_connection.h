#pragma once

#include "base/size.h"
#include "net/http.h"
#include "runtime/timer_wheel.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace ks::net {

struct HttpOptions {
    std::size_t max_head_bytes = 16_KiB;
    std::string long_field = "Upload-Concat";         // of a POST, does not count against max_head_bytes: it names up to 1,000 addresses
    std::size_t max_long_head_bytes = 400_KiB;        // a head with it
    std::chrono::milliseconds head_timeout{30'000};   // for a request's head, and between two requests
    std::chrono::milliseconds stall_timeout{60'000};  // without a byte read within a request, or few of the answer's taken
    std::uint64_t least_rate = 1024;                  // bytes a second that a reader takes, over the stall_timeout
    std::uint64_t max_connections_per_address = 512;  // of an IPv6 network of 64 bits, likewise
};

// The address of the other end without its port, IPv4 as such; empty where it has gone already.
std::string peer_of(const asio::ip::tcp::socket& socket);

// One connection: requests one after the other, each handed to the handler. Lives on one core; the coroutine that runs it owns it.
class HttpConnection final : public Exchange, private WheelTimer {
public:
    HttpConnection(asio::ip::tcp::socket socket, unsigned core, TimerWheel& wheel, HttpHandler& handler, const HttpOptions& options);

    awaitable<void> run();
    void stop();  // at once when it is between two requests, else after the one under way

    // Since when the client has said nothing although a request is due; nullopt while one is under way.
    std::optional<Steady::time_point> silent_since() const { return between_requests_ ? std::optional(silent_since_) : std::nullopt; }
    const std::string& peer() const { return peer_; }

    const Request& request() const override { return request_; }
    awaitable<Result<std::size_t>> read_some(std::span<char> out) override;
    void add_headers(HeaderList headers) override { more_headers_ = std::move(headers); }
    awaitable<bool> send(Response response) override;
    void interrupt_read() override;
    bool answered() const override { return answered_; }
    std::uint64_t body_handed_over() override;
    awaitable<bool> start(Response head) override;
    awaitable<bool> write_some(std::string_view piece) override;
    awaitable<bool> finish() override;
    void cut() override;
    void on_hang_up(std::function<void()> gone) override;
    std::optional<Upgraded> upgrade(HeaderList headers) override;
    unsigned core() const override { return core_; }

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

    void on_deadline(Steady::time_point now) override;
    void allow(std::chrono::milliseconds time) { wheel_.arm(*this, Steady::now() + time); }
    awaitable<bool> read_head();
    awaitable<boost::system::error_code> parse_head();
    awaitable<bool> read_long_head();
    Result<void> take_head();
    awaitable<void> refuse(Error error, int status = 400);
    awaitable<Result<std::size_t>> read_chunked(std::span<char> out);
    void begin_reading();
    void end_reading();
    void begin_writing();
    void end_writing();
    std::uint64_t acknowledged();  // of all that was sent
    std::uint64_t handed_over();   // likewise
    bool was_interrupted(const boost::system::error_code& error);
    awaitable<Result<void>> continue_if_expected();
    void begin_answer(Response& response);
    std::string_view connection_field() const;
    awaitable<bool> send_while_reading(Response response);
    awaitable<void> drop_body();
    awaitable<bool> write(asio::const_buffer first, asio::const_buffer second = {}, asio::const_buffer third = {},
                          bool more_follows = false);
    awaitable<bool> send_file(FileBody file);
    awaitable<bool> wait_until_handed_over();
    awaitable<void> linger();

    asio::ip::tcp::socket socket_;
    const unsigned core_;
    TimerWheel& wheel_;
    HttpHandler& handler_;
    const HttpOptions& options_;
    const std::string peer_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Request request_;
    HeaderList more_headers_;                // of its answer
    std::uint64_t body_left_ = 0;            // of a body with Content-Length
    std::optional<std::string> long_value_;  // of options_.long_field, where the head had no room for it
    bool chunked_ = false;
    bool expects_continue_ = false;
    bool keep_alive_ = false;
    bool answered_ = false;
    bool body_unread_ = false;  // when the answer went out
    bool between_requests_ = true;
    Steady::time_point silent_since_ = Steady::now();
    bool stopping_ = false;
    std::uint64_t sent_ = 0;
    std::uint64_t acknowledged_ = 0;  // when the time was last looked at
    std::uint64_t body_begins_ = 0;   // of the answer under way, in sent_
    std::uint64_t handed_over_ = 0;   // when the connection was cut
    bool writing_ = false;
    bool reading_body_ = false;
    bool interrupted_ = false;
    bool modern_ = true;                              // HTTP/1.1
    bool chunks_answer_ = false;                      // the answer under way has no length
    bool keep_alive_after_ = false;                   // the answer under way, once it is finished
    std::shared_ptr<std::function<void()>> hang_up_;  // what the answer under way does then
};

}  // namespace ks::net
