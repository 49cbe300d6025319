#include "net/request_reader.h"

#include "net/long_field.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/read.hpp>

#include <limits>

namespace ks::net {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr std::ptrdiff_t most_fields = 100;
constexpr std::uint64_t most_body_bytes = std::numeric_limits<std::int64_t>::max();

tl::unexpected<RequestReader::Refusal> refuse(std::string message, int status = 400) {
    return tl::unexpected(RequestReader::Refusal{Error{ErrorCode::InvalidRequest, std::move(message)}, status});
}

tl::unexpected<Error> interruption() { return fail(ErrorCode::Conflict, "Another request took over this upload"); }

tl::unexpected<Error> broken_body() { return fail(ErrorCode::InvalidRequest, "The request body is incomplete or malformed"); }

bool is_malformed(const error_code& error) {
    return error.category() == http::make_error_code(http::error::end_of_stream).category() && error != http::error::end_of_stream &&
           error != http::error::partial_message;
}

}  // namespace

RequestReader::RequestReader(Transport& transport, ConnectionDeadline& deadline, const HttpOptions& options)
    : transport_(transport), deadline_(deadline), options_(options), buffer_(options.max_head_bytes + 64_KiB) {}

void RequestReader::reset() {
    request_ = {};
    long_value_.reset();
    body_left_ = 0;
    chunked_ = expects_continue_ = keep_alive_ = interrupted_ = false;
}

awaitable<tl::expected<bool, RequestReader::Refusal>> RequestReader::read_head() {
    reset();
    ConnectionDeadline::Wait wait = deadline_.head();
    error_code error = co_await parse_head();
    if (error == http::error::header_limit && parser_->get().method() == http::verb::post) {
        LongHeadSlot slot;
        if (!slot) {
            Error refusal{ErrorCode::Unavailable, "Too many concurrent requests with a long header; try again shortly"};
            refusal.retry_after = std::chrono::seconds(1);
            co_return tl::unexpected(Refusal{std::move(refusal), 503});
        }
        bool shortened = co_await read_long_head();
        if (shortened) error = co_await parse_head();
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        co_return refuse("Request header too large: the limit is " + std::to_string(options_.max_head_bytes) + " bytes", 431);
    if (is_malformed(error)) co_return refuse("Malformed HTTP request: " + error.message());
    if (error) co_return false;
    if (std::distance(parser_->get().begin(), parser_->get().end()) > most_fields)
        co_return refuse("Too many header fields: the limit is " + std::to_string(most_fields), 431);
    auto taken = take_head();
    if (!taken) co_return tl::unexpected(Refusal{std::move(taken.error())});
    co_return true;
}

awaitable<error_code> RequestReader::parse_head() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(options_.max_head_bytes));
    parser_->body_limit(boost::none);
    error_code error;
    co_await http::async_read_header(transport_, buffer_, *parser_, asio::redirect_error(asio::use_awaitable, error));
    co_return error;
}

// Continues after header_limit: reads the rest of the head and cuts the long field out, because Beast limits a field to 64 KiB. Returns
// false if the head is too long even without it.
awaitable<bool> RequestReader::read_long_head() {
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
        std::size_t size = co_await transport_.async_read_some(asio::buffer(piece), asio::redirect_error(asio::use_awaitable, error));
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

Result<void> RequestReader::take_head() {
    const auto& head = parser_->get();
    request_.method = std::string(head.method_string());
    request_.peer = transport_.peer();
    take_fields();
    KS_CHECK(take_target());
    KS_CHECK(take_framing());
    if (head.version() >= 11 && head.count(http::field::host) != 1)
        return fail(ErrorCode::InvalidRequest, "A request must have exactly one Host header");
    expects_continue_ = beast::iequals(head[http::field::expect], "100-continue");
    keep_alive_ = parser_->keep_alive();
    is_http11_ = head.version() >= 11;
    return {};
}

void RequestReader::take_fields() {
    const auto& head = parser_->get();
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
}

Result<void> RequestReader::take_target() {
    request_.target = std::string(parser_->get().target());
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
    return {};
}

// RFC 9112 §6.1 and §6.3: a body with two framings or an unknown one is an attempt at request smuggling.
Result<void> RequestReader::take_framing() {
    const auto& head = parser_->get();
    chunked_ = parser_->chunked();
    bool has_length = head.count(http::field::content_length) > 0;
    bool has_encoding = head.count(http::field::transfer_encoding) > 0;
    if (has_encoding && (has_length || !beast::iequals(request_.header("Transfer-Encoding"), "chunked")))
        return fail(ErrorCode::InvalidRequest, "Conflicting Content-Length and Transfer-Encoding, or unsupported Transfer-Encoding");
    auto length = parser_->content_length();
    if (!length || !has_length) return {};
    if (*length > most_body_bytes) return fail(ErrorCode::InvalidRequest, "Content-Length must be a number from 0 to 2^63-1");
    request_.content_length = *length;
    body_left_ = *length;
    return {};
}

awaitable<Result<std::size_t>> RequestReader::read_body(std::span<char> out) { return chunked_ ? read_chunked(out) : read_sized(out); }

awaitable<Result<std::size_t>> RequestReader::read_sized(std::span<char> out) {
    if (body_left_ == 0) co_return std::size_t{0};
    if (std::exchange(interrupted_, false)) co_return interruption();
    std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), body_left_));
    std::size_t size = asio::buffer_copy(asio::buffer(out.data(), wanted), buffer_.data());
    buffer_.consume(size);
    if (size == 0) {
        error_code error;
        reading_body_ = true;
        ConnectionDeadline::Wait wait = deadline_.body();
        size = co_await transport_.async_read_some(asio::buffer(out.data(), wanted), asio::redirect_error(asio::use_awaitable, error));
        reading_body_ = false;
        if (was_interrupted(error)) co_return interruption();
        if (error) co_return broken_body();
    }
    body_left_ -= size;
    co_return size;
}

awaitable<Result<std::size_t>> RequestReader::read_chunked(std::span<char> out) {
    auto& body = parser_->get().body();
    while (!parser_->is_done()) {
        if (std::exchange(interrupted_, false)) co_return interruption();
        body.data = out.data();
        body.size = out.size();
        error_code error;
        reading_body_ = true;
        ConnectionDeadline::Wait wait = deadline_.body();
        co_await http::async_read_some(transport_, buffer_, *parser_, asio::redirect_error(asio::use_awaitable, error));
        reading_body_ = false;
        if (was_interrupted(error)) co_return interruption();
        if (error && error != http::error::need_buffer) co_return broken_body();
        if (std::size_t size = out.size() - body.size) co_return size;
    }
    chunked_ = false;
    co_return std::size_t{0};
}

bool RequestReader::was_interrupted(const error_code& error) {
    bool interrupted = error == asio::error::operation_aborted && interrupted_ && transport_.is_open();
    if (interrupted) interrupted_ = false;
    return interrupted;
}

void RequestReader::interrupt() {
    interrupted_ = true;
    if (reading_body_) transport_.cancel_read();
}

std::string RequestReader::buffered() const { return beast::buffers_to_string(buffer_.data()); }

}  // namespace ks::net
