#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace ks::net {

// multipart/form-data (RFC 7578, RFC 2046 §5.1.1) as it streams by: bytes are fed, events are taken. Holds at most what was fed last and a
// part's head.
class MultipartParser {
public:
    enum class Event {
        NeedMore,  // feed() the next bytes
        Part,      // a part begins: name(), filename(), content_type()
        Data,      // data() of the part; valid until the next call
        PartEnd,
        End,  // the closing delimiter
    };

    // The boundary of a Content-Type header; INVALID_REQUEST where there is none.
    static Result<MultipartParser> for_content_type(std::string_view content_type);

    void feed(std::string_view bytes);

    // Amid a part's data, with nothing fed left over: then the next bytes needn't be fed as far as they are data for sure.
    bool passes() const { return state_ == State::Body && skip_ == 0 && rest().empty(); }
    std::size_t pass(std::string_view bytes) const { return passes() ? data_in(bytes) : 0; }  // how far; the rest is to be fed

    Result<Event> next();  // INVALID_REQUEST for what is no multipart/form-data

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
    std::string buffer_ = "\r\n";  // so that a delimiter at the very start is one
    std::size_t at_ = 0;
    State state_ = State::Preamble;
    std::size_t skip_ = 0;  // bytes in front of the body that aren't its own
    int parts_ = 0;
    std::string name_, filename_, content_type_;
    std::string_view data_;
};

}  // namespace ks::net
