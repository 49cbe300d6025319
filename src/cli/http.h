#pragma once

#include "cli/outcome.h"

#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ks::cli {

struct HttpHead {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;

    std::string_view header(std::string_view name) const;  // the last of that name, in any case; empty where there is none
};

struct HttpAnswer : HttpHead {
    std::string body;
};

// The bytes of a body that is not in memory.
struct Source {
    std::uint64_t size = 0;
    std::function<std::optional<std::size_t>(std::span<char>)> read;  // how many it put there; nothing: it can't
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::string> headers{};  // "Name: value"
    std::string body{};
    Source source{};  // sent instead of `body` where it is given
    // Takes the body of a 2xx as it comes, instead of HttpAnswer::body; false breaks the transfer off.
    std::function<bool(const HttpHead&, std::string_view)> sink{};
    // Broken off when fewer than `stall_bytes` went in either direction for so long. An answer that is kept in memory has this time from
    // the last byte sent: neither silence nor drops keep a caller waiting.
    std::chrono::seconds stall{30};
    std::uint64_t stall_bytes = 1;
    std::optional<std::chrono::milliseconds> within{};
};

// An HTTP client that blocks, over one kept connection. It follows no redirect and keeps no cookie.
class Http {
public:
    Http();
    ~Http();
    Http(Http&&) noexcept;
    Http& operator=(Http&&) noexcept;

    // Returns any answer, of whatever status. Fails with Exit::Network where there is none, with Exit::Failed where it is too large.
    Outcome<HttpAnswer> send(const HttpRequest& request);

    std::optional<std::string> certificate_end() const;  // of the last answer over TLS: when its certificate expires, as OpenSSL writes it

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// A connection on which the caller speaks for itself, through TLS where the address says https.
class Line {
public:
    static Outcome<Line> open(const std::string& url);
    ~Line();
    Line(Line&&) noexcept;

    Outcome<> send(std::string_view bytes);
    // Some bytes; none: the other side has closed. Nothing: not before `until`.
    Outcome<std::optional<std::string>> receive(std::chrono::steady_clock::time_point until);

private:
    struct Impl;
    explicit Line(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

std::optional<std::time_t> parse_date(const std::string& text);  // as HTTP and certificates write it
std::string percent_encoded(std::string_view text);

// The header of a request that creates something. Repeated with the same one, it is answered as the first time, and creates nothing.
std::string new_idempotency_key();

// Sends a request that may be repeated, and repeats it a few times when its answer is lost.
Outcome<HttpAnswer> send_until_answered(Http& http, const HttpRequest& request);

}  // namespace ks::cli
