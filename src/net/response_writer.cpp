#include "net/response_writer.h"

#include "base/size.h"

#include <boost/asio/post.hpp>

#include <ctime>

namespace ks::net {

namespace {

constexpr std::uint64_t copied_file = 16_KiB;  // up to this size reading the file costs less than a second send call
constexpr std::uint64_t turn_bytes = 4_MiB;    // sent before yielding to other work on the loop
constexpr std::string_view last_chunk = "0\r\n\r\n";

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

std::string make_head(const Response& response, std::optional<std::uint64_t> length, std::string_view connection) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head.append(status_text(response.status)).append("\r\nDate: ").append(date_now()).append("\r\n");
    for (const auto& [name, value] : response.headers) head.append(name).append(": ").append(value).append("\r\n");
    if (length) head.append("Content-Length: ").append(std::to_string(*length)).append("\r\n");
    if (!connection.empty()) head.append("Connection: ").append(connection).append("\r\n");
    return head.append("\r\n");
}

}  // namespace

ResponseWriter::ResponseWriter(Transport& transport, ConnectionDeadline& deadline) : transport_(transport), deadline_(deadline) {}

void ResponseWriter::reset() {
    more_headers_.clear();
    begun_ = complete_ = chunked_ = until_handed_over_ = false;
    body_begins_ = transport_.sent();
}

void ResponseWriter::begin(Context context) {
    KS_ASSERT(!begun_);
    begun_ = true;
    context_ = context;
}

void ResponseWriter::take_headers(Response& response) {
    for (auto& header : std::exchange(more_headers_, {})) response.headers.push_back(std::move(header));
}

// HTTP/1.0 clients wait for the connection to close unless keep-alive is explicit (RFC 9112 §9.3).
std::string ResponseWriter::head_of(const Response& response, std::optional<std::uint64_t> length) const {
    std::string_view kept = context_.is_http11 ? "" : "keep-alive";
    return make_head(response, length, context_.keep_alive ? kept : "close");
}

awaitable<bool> ResponseWriter::send(Response response) {
    take_headers(response);
    bool no_content = response.status == 204 || response.status == 304;
    std::optional<std::uint64_t> length;
    if (response.head_length) {
        length = response.head_length;
    } else if (!no_content) {
        length = response.file ? response.file->length : response.body.size();
    }
    std::string head = head_of(response, length);
    body_begins_ = transport_.sent() + head.size();
    bool with_body = !context_.head_only && !no_content;
    bool with_file = with_body && response.file && response.file->length > 0;
    if (with_file && response.file->length <= copied_file) {
        response.body = read_whole(*response.file);
        with_file = response.body.empty();
    }
    Buffers buffers{asio::buffer(head), with_body ? asio::buffer(response.body) : asio::const_buffer()};
    bool sent = co_await write(buffers, with_file);
    if (sent && with_file) sent = co_await send_file(*response.file);
    if (sent && response.until_handed_over) sent = co_await wait_until_handed_over();
    complete_ = sent;
    co_return sent;
}

awaitable<bool> ResponseWriter::start(Response head) {
    take_headers(head);
    bool known_length = head.head_length.has_value();
    chunked_ = !known_length && context_.is_http11;
    if (chunked_) head.with("Transfer-Encoding", "chunked");
    if (!known_length && !context_.is_http11) context_.keep_alive = false;
    std::string text = head_of(head, head.head_length);
    body_begins_ = transport_.sent() + text.size();
    until_handed_over_ = head.until_handed_over;
    Buffers buffers{asio::buffer(text)};
    bool sent = co_await write(buffers);
    complete_ = sent && context_.head_only;
    co_return sent;
}

awaitable<bool> ResponseWriter::write_some(std::string_view piece) {
    if (piece.empty()) co_return transport_.is_open();
    char size[24];
    static constexpr std::string_view end = "\r\n";
    Buffers buffers{asio::buffer(piece)};
    if (chunked_) {
        int length = std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
        buffers = {asio::buffer(size, static_cast<std::size_t>(length)), asio::buffer(piece), asio::buffer(end)};
    }
    bool sent = co_await write(buffers);
    co_return sent;
}

awaitable<bool> ResponseWriter::finish() {
    bool sent = transport_.is_open();
    Buffers end{asio::buffer(last_chunk)};
    if (sent && chunked_) sent = co_await write(end);
    if (sent && until_handed_over_) sent = co_await wait_until_handed_over();
    complete_ = sent;
    co_return sent;
}

awaitable<bool> ResponseWriter::send_continue() {
    static constexpr std::string_view interim_response = "HTTP/1.1 100 Continue\r\n\r\n";
    Buffers buffers{asio::buffer(interim_response)};
    bool sent = co_await write(buffers);
    co_return sent;
}

std::string ResponseWriter::switching_protocols(HeaderList headers) {
    return make_head(Response{.status = 101, .headers = std::move(headers)}, std::nullopt, {});
}

awaitable<bool> ResponseWriter::write(Buffers buffers, bool more_follows) {
    std::size_t at_once = transport_.send_now(buffers, more_follows);  // usually all of it
    if (at_once == asio::buffer_size(buffers)) co_return true;
    ConnectionDeadline::Wait wait = deadline_.writing();
    bool sent = co_await transport_.send(buffers, at_once);
    if (!sent) transport_.abort();
    co_return sent;
}

awaitable<bool> ResponseWriter::send_file(FileBody file) {
    std::uint64_t turn = 0;
    while (file.length > 0) {
        if (turn >= turn_bytes) {
            turn = 0;
            co_await asio::post(transport_.get_executor(), asio::use_awaitable);
        }
        auto size = transport_.send_file_now(file);
        if (!size) {
            transport_.abort();
            co_return false;
        }
        if (*size == 0) {
            ConnectionDeadline::Wait wait = deadline_.writing();
            bool writable = co_await transport_.wait_until_writable();
            if (!writable) co_return false;
        }
        file.offset += *size;
        file.length -= *size;
        turn += *size;
    }
    co_return true;
}

awaitable<bool> ResponseWriter::wait_until_handed_over() {
    if (transport_.handed_over() == transport_.sent()) co_return true;
    ConnectionDeadline::Wait wait = deadline_.writing();
    bool handed_over = co_await transport_.wait_until_handed_over();
    co_return handed_over;
}

std::uint64_t ResponseWriter::body_handed_over() {
    std::uint64_t sent = transport_.handed_over();
    return sent - std::min(sent, body_begins_);
}

}  // namespace ks::net
