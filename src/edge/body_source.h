#pragma once

#include "net/http.h"
#include "net/multipart.h"
#include "ports/byte_source.h"

#include <string>

namespace ks {

// The body of a request.
class BodySource final : public ByteSource {
public:
    explicit BodySource(net::Exchange& exchange) : exchange_(exchange) {}
    awaitable<Result<std::size_t>> read_some(std::span<char> out) override { return exchange_.read_some(out); }
    void interrupt() override { exchange_.interrupt_read(); }

private:
    net::Exchange& exchange_;
};

// The body of a request as a form: part after part, each read to its end.
class FormSource final : public ByteSource {
public:
    FormSource(net::Exchange& exchange, net::MultipartParser parser);

    // Goes on to the next part, over what was not read of this one. False: there is none.
    awaitable<Result<bool>> next_part();
    const net::MultipartParser& part() const { return parser_; }

    // Of the part.
    awaitable<Result<std::size_t>> read_some(std::span<char> out) override;
    void interrupt() override { exchange_.interrupt_read(); }

private:
    using Event = net::MultipartParser::Event;
    awaitable<Result<Event>> next();
    awaitable<Result<std::size_t>> receive(std::span<char> out);

    net::Exchange& exchange_;
    net::MultipartParser parser_;
    std::string piece_;
    std::string_view data_;  // of the part, not read yet
};

}  // namespace ks
