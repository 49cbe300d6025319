#include "net/http_connection.h"

#include "base/size.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

namespace ks::net {

using boost::system::error_code;

namespace {

// A client that is still sending reads the response late, through a proxy often only after its last byte.
constexpr auto linger_time = std::chrono::seconds(30);
constexpr auto linger_silence = std::chrono::seconds(5);
constexpr auto moment_of_silence = std::chrono::seconds(1);

bool came_by_proxy(const Request& request) {
    return request.has_header("X-Forwarded-For") || request.has_header("Forwarded") || request.has_header("Via");
}

}  // namespace

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, unsigned loop, TimerWheel& wheel, HttpHandler& handler,
                               const HttpOptions& options)
    : loop_(loop),
      handler_(handler),
      transport_(std::move(socket)),
      deadline_(wheel, transport_, options),
      reader_(transport_, deadline_, options),
      writer_(transport_, deadline_) {}

awaitable<void> HttpConnection::run() {
    while (!stopping_) {
        bool came = co_await next_request();
        if (!came) break;
        co_await handler_.handle(*this);
        if (!transport_.is_open()) co_return;
        KS_ASSERT(writer_.begun());
        if (!writer_.keeps_alive()) break;
    }
    if (body_unread_) co_await linger();
}

// Returns false if no request has come, or if it was refused.
awaitable<bool> HttpConnection::next_request() {
    transport_.reset_hang_up();
    writer_.reset();
    body_unread_ = false;
    silent_since_ = Steady::now();
    auto head = co_await reader_.read_head();
    silent_since_.reset();
    if (head) co_return *head;
    Response refusal = handler_.refusal(head.error().error, head.error().status);
    co_await send(std::move(refusal));
    body_unread_ = true;
    co_return false;
}

awaitable<Result<std::size_t>> HttpConnection::read_some(std::span<char> out) {
    if (reader_.expects_continue() && reader_.has_unread_body()) {
        reader_.stop_expecting_continue();
        bool sent = co_await writer_.send_continue();
        if (!sent) co_return fail(ErrorCode::InvalidRequest, "The client disconnected before it sent the request body");
    }
    auto size = co_await reader_.read_body(out);
    co_return size;
}

// The unread rest of a body would be parsed as the next request: such a connection closes after the response.
void HttpConnection::begin_response() {
    body_unread_ = reader_.has_unread_body();
    writer_.begin({.head_only = request().method == "HEAD",
                   .is_http11 = reader_.is_http11(),
                   .keep_alive = reader_.keep_alive() && !body_unread_ && !stopping_});
}

awaitable<bool> HttpConnection::send(Response response) {
    begin_response();
    if (ends_with_request(response)) return send_while_reading(std::move(response));
    return writer_.send(std::move(response));
}

// Some proxies (Caddy and others based on Go's net/http) close the client's connection as soon as the response is complete, and a client
// that is still sending would lose it: through a proxy such a response ends only after the request.
bool HttpConnection::ends_with_request(const Response& response) const {
    bool with_body = request().method != "HEAD" && !response.file && !response.body.empty();
    return body_unread_ && with_body && reader_.is_http11() && !reader_.expects_continue() && came_by_proxy(request());
}

awaitable<bool> HttpConnection::send_while_reading(Response response) {
    std::string body = std::exchange(response.body, {});
    bool sent = co_await writer_.start(std::move(response));
    if (sent) sent = co_await writer_.write_some(body);
    if (!sent) co_return false;
    co_await drop_body();
    sent = co_await writer_.finish();
    co_return sent;
}

// Reads until the body ends or pauses for a moment: by then the client has seen the response and waits for its end.
awaitable<void> HttpConnection::drop_body() {
    auto end = Steady::now() + linger_time;
    auto alive = std::make_shared<bool>(true);
    asio::steady_timer silence(transport_.get_executor());
    auto stop_waiting = [this, alive = std::weak_ptr(alive)](const error_code& error) {
        if (!error && !alive.expired()) interrupt_read();
    };
    char piece[16_KiB];
    while (Steady::now() < end) {
        silence.expires_at(std::min(end, Steady::now() + moment_of_silence));
        silence.async_wait(stop_waiting);
        auto size = co_await read_some(piece);
        if (!size || *size == 0) break;
    }
}

awaitable<bool> HttpConnection::start(Response head) {
    begin_response();
    return writer_.start(std::move(head));
}

awaitable<bool> HttpConnection::finish() {
    transport_.reset_hang_up();
    return writer_.finish();
}

std::optional<Upgraded> HttpConnection::upgrade(HeaderList headers) {
    writer_.begin({.head_only = false, .is_http11 = true, .keep_alive = false});
    auto descriptor = transport_.release();
    if (!descriptor) return std::nullopt;
    return Upgraded{*descriptor, writer_.switching_protocols(std::move(headers)), reader_.buffered()};
}

// Closing with unread input would reset the connection and discard the response: keep reading for a while (RFC 9112 §9.6).
awaitable<void> HttpConnection::linger() {
    if (stopping_) co_return;
    transport_.shutdown_send();
    auto end = Steady::now() + linger_time;
    char piece[16_KiB];
    error_code error;
    while (!error && Steady::now() < end) {
        silent_since_ = Steady::now();
        ConnectionDeadline::Wait wait = deadline_.until(std::min(end, *silent_since_ + linger_silence));
        co_await transport_.async_read_some(asio::buffer(piece), asio::redirect_error(asio::use_awaitable, error));
    }
}

void HttpConnection::stop() {
    stopping_ = true;
    // Without a reset: the end of a long response may still be in flight.
    if (silent_since_) transport_.close();
}

}  // namespace ks::net
