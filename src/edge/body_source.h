#pragma once

#include "net/http.h"
#include "net/multipart.h"
#include "ports/byte_source.h"

#include <string>

namespace ks::edge {

// Request body as a byte source.
class BodySource final : public ByteSource {
public:
    explicit BodySource(net::Exchange& exchange) : exchange_(exchange) {}
    awaitable<Result<std::size_t>> read_some(std::span<char> out) override { return exchange_.read_some(out); }
    void interrupt() override { exchange_.interrupt_read(); }

private:
    net::Exchange& exchange_;
};

// Multipart request body as a sequence of parts. Usage: next_part(), then read_some() to the end of the part.
class FormSource final : public ByteSource {
public:
    FormSource(net::Exchange& exchange, net::MultipartParser parser);

    // Advances to the next part, skipping unread data of the current one. Returns false after the last part.
    awaitable<Result<bool>> next_part();
    const net::MultipartParser& part() const { return parser_; }

    // Reads from the current part; 0 at its end.
    awaitable<Result<std::size_t>> read_some(std::span<char> out) override;
    void interrupt() override { exchange_.interrupt_read(); }

private:
    using Event = net::MultipartParser::Event;
    awaitable<Result<Event>> next();
    awaitable<Result<std::size_t>> receive(std::span<char> out);

    net::Exchange& exchange_;
    net::MultipartParser parser_;
    std::string piece_;
    std::string_view data_;  // unread data of the part, in the parser's buffer
};

}  // namespace ks::edge
