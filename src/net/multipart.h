#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace ks::net {

// Streaming parser of multipart/form-data (RFC 7578, RFC 2046 §5.1.1): the caller feeds bytes and pulls events. Buffers at most the bytes
// fed last and the head of a part.
class MultipartParser {
public:
    enum class Event {
        NeedMore,  // the caller must feed() more bytes
        Part,      // a part begins: name(), filename(), content_type()
        Data,      // data() of the part, valid until the next call
        PartEnd,
        End,  // the closing delimiter
    };

    // Creates a parser with the boundary of a Content-Type header. Errors: INVALID_REQUEST if it has none.
    static Result<MultipartParser> for_content_type(std::string_view content_type);

    void feed(std::string_view bytes);

    // Returns whether the parser is inside a part's data with no buffered input; the caller may then bypass feed(). pass() returns the
    // number of leading bytes that are certainly data; the caller must feed() the rest.
    bool passes() const { return state_ == State::Body && skip_ == 0 && rest().empty(); }
    std::size_t pass(std::string_view bytes) const { return passes() ? data_in(bytes) : 0; }

    Result<Event> next();  // INVALID_REQUEST if the input is malformed

    const std::string& name() const { return name_; }
    const std::string& filename() const { return filename_; }
    const std::string& content_type() const { return content_type_; }
    std::string_view data() const { return data_; }

private:
    enum class State { Preamble, AfterDelimiter, Head, Body, AtDelimiter, Done };

    explicit MultipartParser(std::string boundary) : delimiter_("\r\n--" + boundary) {}
    Result<Event> read_body();
    Result<void> read_head(std::string_view head);
    std::size_t data_in(std::string_view bytes) const;
    std::string_view rest() const { return std::string_view(buffer_).substr(at_); }

    std::string delimiter_;
    std::string buffer_ = "\r\n";  // so that a delimiter at the very start matches
    std::size_t at_ = 0;
    State state_ = State::Preamble;
    std::size_t skip_ = 0;  // bytes before the body that do not belong to it
    int parts_ = 0;
    std::string name_, filename_, content_type_;
    std::string_view data_;
};

}  // namespace ks::net
