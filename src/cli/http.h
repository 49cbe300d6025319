#pragma once

#include "cli/command_error.h"

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

    std::string_view header(std::string_view name) const;  // The last header of that name, case-insensitive; empty if absent.
};

struct HttpAnswer : HttpHead {
    std::string body;
};

// Streamed request body.
struct Source {
    std::uint64_t size = 0;
    std::function<std::optional<std::size_t>(std::span<char>)> read;  // Returns bytes read; nullopt aborts.
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::string> headers{};  // "Name: value"
    std::string body{};
    Source source{};  // If set, sent instead of `body`.
    // If set, receives the body of a 2xx response as it arrives, instead of HttpAnswer::body. Returning false aborts the transfer.
    std::function<bool(const HttpHead&, std::string_view)> sink{};
    // Timeout for less than `stall_bytes` of progress in either direction. For responses without a sink only sent bytes count, so a
    // response that trickles in cannot block the caller for longer.
    std::chrono::seconds stall{30};
    std::uint64_t stall_bytes = 1;
    std::optional<std::chrono::milliseconds> within{};  // Total timeout; nullopt for none.
};

// Blocking HTTP client with one keep-alive connection. Follows no redirects and stores no cookies. Not thread-safe.
class Http {
public:
    Http();
    ~Http();
    Http(Http&&) noexcept;
    Http& operator=(Http&&) noexcept;

    // Returns the response, whatever its status. Fails with ExitCode::Network without a response (transient, unless the certificate is not
    // trusted), ExitCode::Usage for a bad URL, and ExitCode::Failed if the response is too large or the source or sink aborted.
    Outcome<HttpAnswer> send(const HttpRequest& request);

    std::optional<std::string> certificate_end() const;  // Expiry of the last server certificate, in OpenSSL's format.

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Raw connection for probing, over TLS for https URLs.
class RawConnection {
public:
    static Outcome<RawConnection> open(const std::string& url);
    ~RawConnection();
    RawConnection(RawConnection&&) noexcept;

    Outcome<> send(std::string_view bytes);
    // Waits for data until `until`. Returns bytes, an empty string if the peer has closed, or nullopt on timeout.
    Outcome<std::optional<std::string>> receive(std::chrono::steady_clock::time_point until);

private:
    struct Impl;
    explicit RawConnection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

std::optional<std::time_t> parse_date(const std::string& text);  // Formats of HTTP and of certificates.
std::string percent_encoded(std::string_view text);

// Returns a complete Idempotency-Key header. The server replays its first response to a retry with the same key.
std::string new_idempotency_key();

// Sends an idempotent request, with a few retries after network errors.
Outcome<HttpAnswer> send_until_answered(Http& http, const HttpRequest& request);

}  // namespace ks::cli
