#include "base/size.h"
#include "net/multipart.h"

#include "net/target.h"

#include <strings.h>

#include <algorithm>

namespace ks::net {

namespace {

constexpr std::size_t max_head_bytes = 8_KiB;
constexpr std::size_t max_preamble_bytes = 64_KiB;
constexpr int max_parts = 1000;

tl::unexpected<Error> malformed(std::string what) { return fail(ErrorCode::InvalidRequest, "The multipart body is malformed: " + what); }

bool same(std::string_view a, std::string_view b) { return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0; }

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Returns whether the quote at `at`, which follows a backslash, ends the value. Browsers don't escape backslashes, so a name may end with
// one; then the end of the field or another parameter follows.
bool quote_closes(std::string_view field, std::size_t at) {
    std::string_view rest = trim(field.substr(at + 1));
    if (rest.empty()) return true;
    if (rest.front() != ';') return false;
    std::string_view name = trim(rest.substr(1, rest.find('=') - 1));
    bool is_parameter = rest.find('=') != std::string_view::npos && !name.empty() && name.find_first_of(" \t\";") == std::string_view::npos;
    return is_parameter || rest.find('"') == std::string_view::npos;
}

// Finds a parameter of a header field, quoted or not, and unescapes \" and \\ in quotes. Returns false if it is absent.
bool find_parameter(std::string_view field, std::string_view wanted, std::string& value) {
    std::size_t at = std::min(field.find(';'), field.size());
    while (at < field.size()) {
        std::size_t equals = field.find('=', ++at);
        if (equals == std::string_view::npos) return false;
        std::string_view name = trim(field.substr(at, equals - at));
        std::string text;
        at = std::min(field.find_first_not_of(" \t", equals + 1), field.size());
        if (at < field.size() && field[at] == '"') {
            for (++at; at < field.size() && field[at] != '"'; ++at) {
                bool escapes = field[at] == '\\' && at + 1 < field.size() && (field[at + 1] == '"' || field[at + 1] == '\\');
                if (escapes && !(field[at + 1] == '"' && quote_closes(field, at + 1))) ++at;
                text += field[at];
            }
            at = std::min(field.find(';', std::min(at + 1, field.size())), field.size());
        } else {
            std::size_t end = std::min(field.find(';', at), field.size());
            text = std::string(trim(field.substr(at, end - at)));
            at = end;
        }
        if (same(name, wanted)) {
            value = std::move(text);
            return true;
        }
    }
    return false;
}

// Browsers encode a quote in a name as %22 and line ends as %0D %0A (RFC 7578 §4.2).
std::string decode_browser_escapes(std::string name) {
    for (auto [escape, plain] : {std::pair("%22", "\""), std::pair("%0D", ""), std::pair("%0A", "")}) {
        for (std::size_t at; (at = name.find(escape)) != std::string::npos;) name.replace(at, 3, plain);
    }
    return name;
}

}  // namespace

Result<MultipartParser> MultipartParser::for_content_type(std::string_view content_type) {
    std::string boundary;
    bool found = find_parameter(content_type, "boundary", boundary);
    if (!found || boundary.empty() || boundary.size() > 70) return malformed("the Content-Type must have a boundary of 1 to 70 characters");
    return MultipartParser(std::move(boundary));
}

void MultipartParser::feed(std::string_view bytes) {
    buffer_.erase(0, at_);
    at_ = 0;
    buffer_.append(bytes);
}

// Returns the number of bytes before the delimiter. A possible beginning of a delimiter at the end is not counted; it waits for more input.
std::size_t MultipartParser::data_in(std::string_view bytes) const {
    if (std::size_t found = bytes.find(delimiter_); found != std::string_view::npos) return found;
    std::size_t front = std::min(delimiter_.size() - 1, bytes.size());
    while (!bytes.ends_with(std::string_view(delimiter_).substr(0, front))) --front;
    return bytes.size() - front;
}

Result<MultipartParser::Event> MultipartParser::next() {
    while (true) {
        switch (state_) {
            case State::Preamble: {
                std::size_t found = rest().find(delimiter_);
                if (found == std::string_view::npos) {
                    if (rest().size() > max_preamble_bytes) return malformed("it must begin with the boundary");
                    return Event::NeedMore;
                }
                at_ += found + delimiter_.size();
                state_ = State::AfterDelimiter;
                break;
            }
            case State::AfterDelimiter: {
                if (rest().size() < 2) return Event::NeedMore;
                if (rest().substr(0, 2) == "--") {
                    state_ = State::Done;
                    break;
                }
                std::size_t line_end = rest().find("\r\n");
                if (line_end == std::string_view::npos && rest().size() < 256) return Event::NeedMore;
                if (line_end == std::string_view::npos || !trim(rest().substr(0, line_end)).empty())
                    return malformed("unexpected data after the boundary");
                at_ += line_end;
                state_ = State::Head;
                break;
            }
            case State::Head: {
                std::size_t end = rest().find("\r\n\r\n");
                if (end == std::string_view::npos) {
                    if (rest().size() > max_head_bytes) return malformed("the header of a part is too large: the limit is 8 KiB");
                    return Event::NeedMore;
                }
                KS_CHECK(read_head(rest().substr(0, end)));
                // Keep the line end before the body: the delimiter of an empty body begins with it.
                at_ += end + 2;
                skip_ = 2;
                state_ = State::Body;
                return Event::Part;
            }
            case State::Body: return read_body();
            case State::AtDelimiter:
                at_ += delimiter_.size();
                state_ = State::AfterDelimiter;
                return Event::PartEnd;
            case State::Done: return Event::End;
        }
    }
}

Result<MultipartParser::Event> MultipartParser::read_body() {
    if (rest().size() < delimiter_.size()) return Event::NeedMore;
    std::size_t size = data_in(rest());
    bool ends = rest().substr(size, delimiter_.size()) == delimiter_;
    std::size_t skipped = std::min(skip_, size);
    data_ = rest().substr(skipped, size - skipped);
    skip_ -= skipped;
    at_ += size;
    if (ends) {
        skip_ = 0;
        state_ = State::AtDelimiter;
    }
    if (!data_.empty()) return Event::Data;
    return ends ? next() : Result<Event>(Event::NeedMore);
}

Result<void> MultipartParser::read_head(std::string_view head) {
    if (++parts_ > max_parts) return malformed("too many parts: the limit is 1000");
    name_.clear();
    filename_.clear();
    content_type_.clear();
    while (!head.empty()) {
        std::size_t end = std::min(head.find("\r\n"), head.size());
        std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        std::size_t colon = line.find(':');
        if (line.empty()) continue;
        if (colon == std::string_view::npos) return malformed("a header line of a part has no colon");
        std::string_view value = trim(line.substr(colon + 1));
        if (same(line.substr(0, colon), "Content-Disposition")) {
            find_parameter(value, "name", name_);
            find_parameter(value, "filename", filename_);
            filename_ = decode_browser_escapes(std::move(filename_));
            // RFC 7578 §4.2 forbids filename*, but some libraries send it.
            std::string extended;
            find_parameter(value, "filename*", extended);
            filename_ = parse_ext_value(extended).value_or(std::move(filename_));
        } else if (same(line.substr(0, colon), "Content-Type")) {
            content_type_ = std::string(value);
        }
    }
    if (name_.empty()) return malformed("a part has no name");
    return {};
}

}  // namespace ks::net
