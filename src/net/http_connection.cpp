#include "net/http_connection.h"

#include "base/size.h"
#include "net/long_field.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/read.hpp>

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>

#include <charconv>
#include <ctime>
#include <limits>

namespace ks::net {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t sendfile_piece = 1_MiB;
constexpr std::uint64_t copied_file = 16_KiB;  // up to this size reading the file costs less than a second send call
constexpr std::uint64_t turn_bytes = 4_MiB;    // sent before yielding to other work on the loop
// Bounds a connection's unsent bytes in kernel memory: just enough to keep the line busy.
constexpr int unsent_bytes = 256_KiB;
// A client that is still sending reads the response late, through a proxy often only after its last byte.
constexpr auto linger_time = std::chrono::seconds(30);
constexpr auto linger_silence = std::chrono::seconds(5);
constexpr auto moment_of_silence = std::chrono::seconds(1);
constexpr std::ptrdiff_t most_fields = 100;
constexpr std::uint64_t most_body_bytes = std::numeric_limits<std::int64_t>::max();

tl::unexpected<Error> interruption() { return fail(ErrorCode::Conflict, "Another request took over this upload"); }

Error broken_body() { return Error{ErrorCode::InvalidRequest, "The request body is incomplete or malformed"}; }

// Returns an empty string if the file can't be read completely.
std::string read_whole(const FileBody& file) {
    std::string bytes(file.length, '\0');
    ssize_t count = ::pread(file.descriptor, bytes.data(), bytes.size(), static_cast<off_t>(file.offset));
    if (count != static_cast<ssize_t>(bytes.size())) bytes.clear();
    return bytes;
}

// Cached for a second.
std::string_view date_now() {
    thread_local std::time_t made = 0;
    thread_local std::string text;
    std::time_t now = std::time(nullptr);
    if (now != made) text = http_date(now);
    made = now;
    return text;
}

bool came_by_proxy(const Request& request) {
    return request.has_header("X-Forwarded-For") || request.has_header("Forwarded") || request.has_header("Via");
}

std::string make_head(const Response& response, std::optional<std::uint64_t> length, std::string_view connection) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head.append(status_text(response.status)).append("\r\nDate: ").append(date_now()).append("\r\n");
    for (const auto& [name, value] : response.headers) head.append(name).append(": ").append(value).append("\r\n");
    if (length) head.append("Content-Length: ").append(std::to_string(*length)).append("\r\n");
    if (!connection.empty()) head.append("Connection: ").append(connection).append("\r\n");
    return head.append("\r\n");
}

}  // namespace

std::string peer_of(const asio::ip::tcp::socket& socket) {
    error_code error;
    auto endpoint = socket.remote_endpoint(error);
    if (error) return {};
    auto address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return address.to_string();
}

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, unsigned loop, TimerWheel& wheel, HttpHandler& handler,
                               const HttpOptions& options)
    : socket_(std::move(socket)),
      loop_(loop),
      wheel_(wheel),
      handler_(handler),
      options_(options),
      peer_(peer_of(socket_)),
      buffer_(options.max_head_bytes + 64_KiB) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
}

awaitable<void> HttpConnection::run() {
    while (!stopping_ && co_await read_head()) {
        if (auto taken = take_head(); !taken) {
            co_await refuse(std::move(taken.error()));
            break;
        }
        co_await handler_.handle(*this);
        if (!socket_.is_open()) co_return;
        KS_ASSERT(answered_);
        if (!keep_alive_) break;
    }
    if (body_unread_) co_await linger();
}

awaitable<bool> HttpConnection::read_head() {
    request_ = {};
    more_headers_.clear();
    long_value_.reset();
    answered_ = body_unread_ = chunked_ = interrupted_ = false;
    hang_up_.reset();
    body_left_ = 0;
    body_begins_ = sent_;
    idle_ = true;
    silent_since_ = Steady::now();
    allow(options_.head_timeout);
    error_code error = co_await parse_head();
    if (error == http::error::header_limit && parser_->get().method() == http::verb::post) {
        LongHeadSlot slot;
        if (!slot) {
            Error refusal{ErrorCode::Unavailable, "Too many concurrent requests with a long header; try again shortly"};
            refusal.retry_after = std::chrono::seconds(1);
            co_await refuse(std::move(refusal), 503);
            co_return false;
        }
        if (co_await read_long_head()) error = co_await parse_head();
    }
    idle_ = false;
    disarm();
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        Error refusal{ErrorCode::InvalidRequest,
                      "Request header too large: the limit is " + std::to_string(options_.max_head_bytes) + " bytes"};
        co_await refuse(std::move(refusal), 431);
    } else if (error && error.category() == http::make_error_code(http::error::end_of_stream).category() &&
               error != http::error::end_of_stream && error != http::error::partial_message) {
        Error refusal{ErrorCode::InvalidRequest, "Malformed HTTP request: " + error.message()};
        co_await refuse(std::move(refusal));
    }
    if (!error && std::distance(parser_->get().begin(), parser_->get().end()) > most_fields) {
        Error refusal{ErrorCode::InvalidRequest, "Too many header fields: the limit is " + std::to_string(most_fields)};
        co_await refuse(std::move(refusal), 431);
        co_return false;
    }
    co_return !error;
}

awaitable<error_code> HttpConnection::parse_head() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(options_.max_head_bytes));
    parser_->body_limit(boost::none);
    error_code error;
    co_await http::async_read_header(socket_, buffer_, *parser_, asio::redirect_error(asio::use_awaitable, error));
    co_return error;
}

// Continues after header_limit: reads the rest of the head and cuts the long field out, because Beast limits a field to 64 KiB. Returns
// false if the head is too long even without it.
awaitable<bool> HttpConnection::read_long_head() {
    // Beast has already removed the parsed text from the buffer: the request line and, in some versions, whole fields.
    std::string head(parser_->get().method_string());
    head.append(" ").append(parser_->get().target());
    head.append(parser_->get().version() >= 11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
    for (const auto& field : parser_->get()) head.append(field.name_string()).append(": ").append(field.value()).append("\r\n");
    head.append(beast::buffers_to_string(buffer_.data()));
    buffer_.consume(buffer_.size());
    std::size_t end = head.find("\r\n\r\n");
    char piece[16_KiB];
    while (end == std::string::npos && head.size() < options_.max_long_head_bytes) {
        error_code error;
        std::size_t size = co_await socket_.async_read_some(asio::buffer(piece), asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return false;
        std::size_t seen = head.size() - 3;
        head.append(piece, size);
        end = head.find("\r\n\r\n", seen);
    }
    if (end == std::string::npos) co_return false;
    std::size_t behind = head.size() - end;
    long_value_ = cut_field(head, options_.long_field);
    if (!long_value_ || head.size() - behind > options_.max_head_bytes) co_return false;
    buffer_.commit(asio::buffer_copy(buffer_.prepare(head.size()), asio::buffer(head)));
    co_return true;
}

Result<void> HttpConnection::take_head() {
    const auto& head = parser_->get();
    request_.method = std::string(head.method_string());
    request_.target = std::string(head.target());
    request_.peer = peer_;
    if (long_value_) request_.headers.emplace_back(options_.long_field, std::move(*long_value_));
    for (const auto& field : head) {
        if (head.version() < 11 && field.name() == http::field::upgrade) continue;  // RFC 9110 §7.8
        std::string name(field.name_string());
        bool known = false;
        for (auto& [key, value] : request_.headers) {
            if (known || !beast::iequals(key, name)) continue;
            value.append(beast::iequals(name, "cookie") ? "; " : ", ").append(field.value());
            known = true;
        }
        if (!known) request_.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    // Absolute form, as sent to proxies: the target's authority overrides Host (RFC 9112 §3.2.2).
    if (auto scheme = request_.target.find("://"); scheme != std::string::npos && scheme < request_.target.find('/')) {
        auto path = std::min(request_.target.find_first_of("/?", scheme + 3), request_.target.size());
        std::erase_if(request_.headers, [](const auto& header) { return beast::iequals(header.first, "host"); });
        request_.headers.emplace_back("Host", request_.target.substr(scheme + 3, path - scheme - 3));
        request_.target.erase(0, path);
        if (!request_.target.starts_with('/')) request_.target.insert(0, "/");
    }
    bool whole_server = request_.target == "*" && request_.method == "OPTIONS";
    if (!whole_server && !request_.target.starts_with('/'))
        return fail(ErrorCode::InvalidRequest, "The request target must begin with a slash");
    chunked_ = parser_->chunked();
    request_.content_length.reset();
    body_left_ = 0;
    // RFC 9112 §6.1 and §6.3: a body with two framings or an unknown one is an attempt at request smuggling.
    bool has_length = head.count(http::field::content_length) > 0;
    bool has_encoding = head.count(http::field::transfer_encoding) > 0;
    if (has_encoding && (has_length || !beast::iequals(request_.header("Transfer-Encoding"), "chunked")))
        return fail(ErrorCode::InvalidRequest, "Conflicting Content-Length and Transfer-Encoding, or unsupported Transfer-Encoding");
    if (auto length = parser_->content_length(); length && has_length) {
        if (*length > most_body_bytes) return fail(ErrorCode::InvalidRequest, "Content-Length must be a number from 0 to 2^63-1");
        request_.content_length = *length;
        body_left_ = *length;
    }
    if (head.version() >= 11 && head.count(http::field::host) != 1)
        return fail(ErrorCode::InvalidRequest, "A request must have exactly one Host header");
    expects_continue_ = beast::iequals(head[http::field::expect], "100-continue");
    keep_alive_ = parser_->keep_alive();
    is_http11_ = head.version() >= 11;
    return {};
}

awaitable<void> HttpConnection::refuse(Error error, int status) {
    keep_alive_ = false;
    co_await send(handler_.refusal(error, status));
    body_unread_ = true;
}

awaitable<Result<void>> HttpConnection::continue_if_expected() {
    if (!std::exchange(expects_continue_, false)) co_return Result<void>{};
    static constexpr std::string_view interim_response = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!co_await write(asio::buffer(interim_response))) co_return tl::unexpected(broken_body());
    co_return Result<void>{};
}

awaitable<Result<std::size_t>> HttpConnection::read_some(std::span<char> out) {
    if (chunked_) co_return co_await read_chunked(out);
    if (body_left_ == 0) co_return std::size_t{0};
    KS_CO_CHECK(co_await continue_if_expected());
    if (std::exchange(interrupted_, false)) co_return interruption();
    std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), body_left_));
    std::size_t size = asio::buffer_copy(asio::buffer(out.data(), wanted), buffer_.data());
    buffer_.consume(size);
    if (size == 0) {
        error_code error;
        begin_reading();
        size = co_await socket_.async_read_some(asio::buffer(out.data(), wanted), asio::redirect_error(asio::use_awaitable, error));
        end_reading();
        if (was_interrupted(error)) co_return interruption();
        if (error) co_return tl::unexpected(broken_body());
    }
    body_left_ -= size;
    co_return size;
}

awaitable<Result<std::size_t>> HttpConnection::read_chunked(std::span<char> out) {
    KS_CO_CHECK(co_await continue_if_expected());
    auto& body = parser_->get().body();
    while (!parser_->is_done()) {
        if (std::exchange(interrupted_, false)) co_return interruption();
        body.data = out.data();
        body.size = out.size();
        error_code error;
        begin_reading();
        co_await http::async_read_some(socket_, buffer_, *parser_, asio::redirect_error(asio::use_awaitable, error));
        end_reading();
        if (was_interrupted(error)) co_return interruption();
        if (error && error != http::error::need_buffer) co_return tl::unexpected(broken_body());
        if (std::size_t size = out.size() - body.size) co_return size;
    }
    chunked_ = false;
    co_return std::size_t{0};
}

void HttpConnection::begin_reading() {
    reading_body_ = true;
    allow(options_.stall_timeout);
}

void HttpConnection::end_reading() {
    reading_body_ = false;
    disarm();
}

bool HttpConnection::was_interrupted(const error_code& error) {
    bool interrupted = error == asio::error::operation_aborted && interrupted_ && socket_.is_open();
    if (interrupted) interrupted_ = false;
    return interrupted;
}

void HttpConnection::interrupt_read() {
    interrupted_ = true;
    error_code ignored;
    if (reading_body_) socket_.cancel(ignored);
}

void HttpConnection::begin_answer(Response& response) {
    KS_ASSERT(!answered_);
    answered_ = true;
    for (auto& header : std::exchange(more_headers_, {})) response.headers.push_back(std::move(header));
    // The unread rest of the body would be parsed as the next request: close the connection after this response.
    body_unread_ = chunked_ || body_left_ > 0;
    if (body_unread_ || stopping_) keep_alive_ = false;
}

// HTTP/1.0 clients wait for the connection to close unless keep-alive is explicit (RFC 9112 §9.3).
std::string_view HttpConnection::connection_field() const {
    if (!keep_alive_) return "close";
    return is_http11_ ? "" : "keep-alive";
}

awaitable<bool> HttpConnection::send(Response response) {
    begin_answer(response);
    bool head_only = request_.method == "HEAD";
    bool no_content = response.status == 204 || response.status == 304;
    std::optional<std::uint64_t> length;
    if (response.head_length) {
        length = response.head_length;
    } else if (!no_content) {
        length = response.file ? response.file->length : response.body.size();
    }
    std::string head = make_head(response, length, connection_field());
    body_begins_ = sent_ + head.size();
    bool with_body = !head_only && !no_content;
    bool with_file = with_body && response.file && response.file->length > 0;
    if (with_file && response.file->length <= copied_file) {
        response.body = read_whole(*response.file);
        with_file = response.body.empty();
    }
    if (body_unread_ && with_body && !with_file && is_http11_ && !expects_continue_ && came_by_proxy(request_))
        co_return co_await send_while_reading(std::move(response));
    asio::const_buffer body = with_body ? asio::buffer(response.body) : asio::const_buffer();
    if (!co_await write(asio::buffer(head), body, {}, with_file)) co_return false;
    if (with_file && !co_await send_file(*response.file)) co_return false;
    if (response.until_handed_over) co_return co_await wait_until_handed_over();
    co_return true;
}

// Ends the response only after the request: some proxies (Caddy and others based on Go's net/http) close the client's connection as soon as
// the response is complete, and a client that is still sending would lose it.
awaitable<bool> HttpConnection::send_while_reading(Response response) {
    response.with("Transfer-Encoding", "chunked");
    chunked_response_ = true;
    std::string head = make_head(response, std::nullopt, connection_field());
    if (!co_await write(asio::buffer(head)) || !co_await write_some(response.body)) co_return false;
    co_await drop_body();
    static constexpr std::string_view last_chunk = "0\r\n\r\n";
    co_return co_await write(asio::buffer(last_chunk));
}

// Reads until the body ends or pauses for a moment: by then the client has seen the response and waits for its end.
awaitable<void> HttpConnection::drop_body() {
    auto end = Steady::now() + linger_time;
    auto alive = std::make_shared<bool>(true);
    asio::steady_timer silence(socket_.get_executor());
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
    begin_answer(head);
    bool known_length = head.head_length.has_value();
    chunked_response_ = !known_length && is_http11_;
    if (chunked_response_) head.with("Transfer-Encoding", "chunked");
    if (!known_length && !is_http11_) keep_alive_ = false;
    std::string text = make_head(head, head.head_length, connection_field());
    body_begins_ = sent_ + text.size();
    until_handed_over_ = head.until_handed_over;
    if (request_.method != "HEAD") keep_alive_after_ = std::exchange(keep_alive_, false);
    co_return co_await write(asio::buffer(text));
}

awaitable<bool> HttpConnection::write_some(std::string_view piece) {
    if (piece.empty()) co_return socket_.is_open();
    if (!chunked_response_) co_return co_await write(asio::buffer(piece));
    char size[24];
    int length = std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    static constexpr std::string_view end = "\r\n";
    co_return co_await write(asio::buffer(size, static_cast<std::size_t>(length)), asio::buffer(piece), asio::buffer(end));
}

void HttpConnection::on_hang_up(std::function<void()> gone) {
    hang_up_ = std::make_shared<std::function<void()>>(std::move(gone));
    auto look = [this, alive = std::weak_ptr(hang_up_)](const error_code& error) {
        auto hang_up = alive.lock();
        if (error || !hang_up) return;
        char next = 0;
        ssize_t left = ::recv(socket_.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
        if (left == 0 || (left < 0 && errno != EAGAIN)) (*hang_up)();
    };
    socket_.async_wait(asio::ip::tcp::socket::wait_read, std::move(look));
}

awaitable<bool> HttpConnection::finish() {
    hang_up_.reset();
    static constexpr std::string_view last_chunk = "0\r\n\r\n";
    if (chunked_response_ && !co_await write(asio::buffer(last_chunk))) co_return false;
    if (until_handed_over_ && !co_await wait_until_handed_over()) co_return false;
    keep_alive_ = keep_alive_after_ && !stopping_;
    co_return socket_.is_open();
}

awaitable<bool> HttpConnection::write(asio::const_buffer first, asio::const_buffer second, asio::const_buffer third, bool more_follows) {
    std::array<asio::const_buffer, 3> buffers{first, second, third};
    error_code error;
    // Usually all of it is sent at once. MSG_MORE lets the data that follows share the packet.
    std::size_t at_once = socket_.send(buffers, more_follows ? MSG_MORE : 0, error);
    sent_ += at_once;
    if (at_once == asio::buffer_size(buffers)) co_return true;
    beast::buffers_suffix rest(buffers);
    rest.consume(at_once);
    std::uint64_t before = sent_;
    auto count = [this, before](const error_code& failed, std::size_t written) -> std::size_t {
        sent_ = before + written;
        return failed ? 0 : sendfile_piece;
    };
    begin_writing();
    std::size_t written = co_await asio::async_write(socket_, rest, count, asio::redirect_error(asio::use_awaitable, error));
    sent_ = before + written;  // the last piece ends the operation without a call of `count`
    end_writing();
    if (error) abort();
    co_return !error;
}

awaitable<bool> HttpConnection::send_file(FileBody file) {
    auto offset = static_cast<off_t>(file.offset);
    std::uint64_t left = file.length;
    std::uint64_t turn = 0;
    while (left > 0) {
        if (turn >= turn_bytes) {
            turn = 0;
            co_await asio::post(socket_.get_executor(), asio::use_awaitable);
        }
        ssize_t sent = ::sendfile(socket_.native_handle(), file.descriptor, &offset, std::min<std::uint64_t>(left, sendfile_piece));
        if (sent > 0) {
            left -= static_cast<std::uint64_t>(sent);
            sent_ += static_cast<std::uint64_t>(sent);
            turn += static_cast<std::uint64_t>(sent);
            continue;
        }
        if (sent < 0 && errno == EINTR) continue;
        if (sent == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
            abort();
            co_return false;
        }
        error_code error;
        begin_writing();
        co_await socket_.async_wait(asio::ip::tcp::socket::wait_write, asio::redirect_error(asio::use_awaitable, error));
        end_writing();
        if (error) co_return false;
    }
    co_return true;
}

// Sent bytes may still be in the kernel's buffer if the client does not read.
awaitable<bool> HttpConnection::wait_until_handed_over() {
    if (handed_over() == sent_) co_return true;
    asio::steady_timer timer(socket_.get_executor());
    auto pause = std::chrono::milliseconds(1);
    begin_writing();
    while (socket_.is_open() && handed_over() < sent_) {
        tcp_info about{};
        socklen_t size = sizeof about;
        bool known = ::getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &about, &size) == 0;
        if (!known || about.tcpi_state == TCP_CLOSE) break;
        timer.expires_after(pause);
        pause = std::min(pause * 2, std::chrono::milliseconds(50));
        co_await timer.async_wait(asio::use_awaitable);
    }
    end_writing();
    co_return handed_over() == sent_;
}

std::optional<Upgraded> HttpConnection::upgrade(HeaderList headers) {
    answered_ = true;
    keep_alive_ = false;
    error_code error;
    int descriptor = socket_.release(error);
    if (error) return std::nullopt;
    return Upgraded{descriptor, make_head(Response{.status = 101, .headers = std::move(headers)}, std::nullopt, {}),
                    beast::buffers_to_string(buffer_.data())};
}

// Closing with unread input would reset the connection and discard the response: keep reading for a while (RFC 9112 §9.6).
awaitable<void> HttpConnection::linger() {
    if (stopping_) co_return;
    idle_ = true;
    error_code error;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    auto end = Steady::now() + linger_time;
    char piece[16_KiB];
    while (!error && Steady::now() < end) {
        silent_since_ = Steady::now();
        wheel_.arm(*this, std::min(end, silent_since_ + linger_silence));
        co_await socket_.async_read_some(asio::buffer(piece), asio::redirect_error(asio::use_awaitable, error));
    }
    disarm();
}

void HttpConnection::stop() {
    stopping_ = true;
    keep_alive_ = false;
    if (!idle_) return;
    // Close without a reset: the end of a long response may still be in flight.
    error_code ignored;
    socket_.close(ignored);
}

void HttpConnection::abort() {
    if (socket_.is_open()) handed_over_ = handed_over();
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);  // unread bytes would stay in the kernel for minutes
    socket_.close(ignored);
}

void HttpConnection::begin_writing() {
    writing_ = true;
    allow(options_.stall_timeout);
}

void HttpConnection::end_writing() {
    writing_ = false;
    disarm();
}

std::uint64_t HttpConnection::acknowledged() {
    int queued = 0;
    if (::ioctl(socket_.native_handle(), SIOCOUTQ, &queued) != 0) return acknowledged_;
    return sent_ - std::min<std::uint64_t>(sent_, static_cast<std::uint64_t>(queued));
}

// SIOCOUTQNSD counts the bytes never transmitted; a reset does not change it.
std::uint64_t HttpConnection::handed_over() {
    if (!socket_.is_open()) return handed_over_;
    int unsent = 0;
    if (::ioctl(socket_.native_handle(), SIOCOUTQNSD, &unsent) != 0) return handed_over_;
    return sent_ - std::min<std::uint64_t>(sent_, static_cast<std::uint64_t>(unsent));
}

std::uint64_t HttpConnection::body_handed_over() {
    std::uint64_t sent = handed_over();
    return sent - std::min(sent, body_begins_);
}

// Slow readers are kept as long as they make progress (least_rate).
void HttpConnection::on_deadline(Steady::time_point) {
    std::uint64_t before = std::exchange(acknowledged_, acknowledged());
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.stall_timeout).count();
    if (writing_ && acknowledged_ - before >= options_.least_rate * static_cast<std::uint64_t>(seconds)) {
        allow(options_.stall_timeout);
    } else {
        abort();
    }
}

}  // namespace ks::net
