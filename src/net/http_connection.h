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
    std::string long_field = "Upload-Concat";         // in a POST, exempt from max_head_bytes: it lists up to 1,000 URLs
    std::size_t max_long_head_bytes = 400_KiB;        // of a head with long_field
    std::chrono::milliseconds head_timeout{30'000};   // for a request head, and keep-alive idle time
    std::chrono::milliseconds stall_timeout{60'000};  // without progress: no request byte read, or a response below least_rate
    std::uint64_t least_rate = 1024;                  // bytes per second that a reader must take, averaged over stall_timeout
    std::uint64_t max_connections_per_address = 512;  // likewise per IPv6 /64 network
};

// Returns the remote address without its port, IPv4-mapped addresses as IPv4; empty if the peer has disconnected.
std::string peer_of(const asio::ip::tcp::socket& socket);

// One HTTP connection: passes its requests to the handler one after the other. Bound to a loop; owned by the coroutine that runs it.
class HttpConnection final : public Exchange, private WheelTimer {
public:
    HttpConnection(asio::ip::tcp::socket socket, unsigned loop, TimerWheel& wheel, HttpHandler& handler, const HttpOptions& options);

    awaitable<void> run();
    void stop();  // closes at once if idle, otherwise after the current response

    // Returns the start of the idle time; nullopt while a request is in progress.
    std::optional<Steady::time_point> silent_since() const { return idle_ ? std::optional(silent_since_) : std::nullopt; }
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
    void abort() override;
    void on_hang_up(std::function<void()> gone) override;
    std::optional<Upgraded> upgrade(HeaderList headers) override;
    unsigned loop() const override { return loop_; }

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
    std::uint64_t acknowledged();  // bytes of sent_
    std::uint64_t handed_over();   // bytes of sent_ that were transmitted
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
    const unsigned loop_;
    TimerWheel& wheel_;
    HttpHandler& handler_;
    const HttpOptions& options_;
    const std::string peer_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Request request_;
    HeaderList more_headers_;                // of add_headers()
    std::uint64_t body_left_ = 0;            // bytes of a Content-Length body not read yet
    std::optional<std::string> long_value_;  // value of options_.long_field, cut out of a long head
    bool chunked_ = false;
    bool expects_continue_ = false;
    bool keep_alive_ = false;
    bool answered_ = false;
    bool body_unread_ = false;  // when the response was sent
    bool idle_ = true;
    Steady::time_point silent_since_ = Steady::now();
    bool stopping_ = false;
    std::uint64_t sent_ = 0;
    std::uint64_t acknowledged_ = 0;  // at the last deadline
    std::uint64_t body_begins_ = 0;   // offset of the current response's body in sent_
    std::uint64_t handed_over_ = 0;   // when the connection was aborted
    bool writing_ = false;
    bool reading_body_ = false;
    bool interrupted_ = false;
    bool is_http11_ = true;                           // the request is HTTP/1.1
    bool chunked_response_ = false;                   // the current response is chunked
    bool keep_alive_after_ = false;                   // keep_alive_ after finish() of the current response
    bool until_handed_over_ = false;                  // of the current streamed response
    std::shared_ptr<std::function<void()>> hang_up_;  // callback of on_hang_up()
};

}  // namespace ks::net
