#include "base/crypto.h"
#include "base/size.h"
#include "cli/http.h"

#include <curl/curl.h>

#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

namespace ks::cli {

namespace {

// Delays between retries of a request; doubled each time.
constexpr std::chrono::milliseconds first_pause{250};
constexpr std::chrono::milliseconds longest_pause{1000};

struct Free {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Free>;
using Headers = std::unique_ptr<curl_slist, Free>;

bool equal_in_any_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return text;
}

using Moment = std::chrono::steady_clock::time_point;

constexpr std::size_t most_head_bytes = 256_KiB;
constexpr std::size_t most_body_bytes = 8_MiB;  // Limit without a sink; a page of a list has about 100 KB.

// State of one request, for curl's callbacks.
struct Transfer {
    const HttpRequest& request;
    HttpAnswer answer;
    std::string_view unsent;
    bool broken_off = false;  // Aborted by the sink, the source or a limit.
    bool too_large = false;
    std::size_t head_bytes = 0;  // Including preceding 1xx responses.
    curl_off_t moved = 0;        // Bytes at the last progress.
    Moment moved_at = std::chrono::steady_clock::now();
    bool stalled = false;

    bool streams() const { return request.sink && answer.status >= 200 && answer.status < 300; }
};

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    auto& answer = transfer.answer;
    transfer.head_bytes += size;
    transfer.too_large = transfer.head_bytes > most_head_bytes;
    if (transfer.too_large) return 0;
    std::string_view line(data, size);
    if (line.starts_with("HTTP/")) {
        answer.headers.clear();  // Drop those of a preceding 1xx response.
        auto space = line.find(' ');
        answer.status = space == std::string_view::npos ? 0 : std::atoi(std::string(line.substr(space + 1)).c_str());
    } else if (auto colon = line.find(':'); colon != std::string_view::npos) {
        answer.headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
    }
    return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    bool fine = true;
    if (transfer.streams()) {
        fine = transfer.request.sink(transfer.answer, {data, size});
    } else {
        transfer.answer.body.append(data, size);
        fine = transfer.answer.body.size() <= most_body_bytes;
        transfer.too_large = !fine;
    }
    transfer.broken_off = transfer.broken_off || !fine;
    return fine ? size : 0;
}

std::size_t on_read(char* data, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    if (transfer.request.source.read) {
        auto read = transfer.request.source.read({data, size});
        transfer.broken_off = transfer.broken_off || !read;
        return read.value_or(CURL_READFUNC_ABORT);
    }
    std::size_t part = std::min(size, transfer.unsent.size());
    std::memcpy(data, transfer.unsent.data(), part);
    transfer.unsent.remove_prefix(part);
    return part;
}

// Stall detection; curl calls it at least once a second. CURLOPT_LOW_SPEED_LIMIT is in whole bytes per second: the heartbeats of an event
// stream are slower.
int on_progress(void* user, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
    auto& transfer = *static_cast<Transfer*>(user);
    auto now = std::chrono::steady_clock::now();
    curl_off_t moved = transfer.streams() ? received + sent : sent;
    if (moved - transfer.moved >= static_cast<curl_off_t>(transfer.request.stall_bytes)) {
        transfer.moved = moved;
        transfer.moved_at = now;
    }
    transfer.stalled = now - transfer.moved_at > transfer.request.stall;
    return transfer.stalled ? 1 : 0;
}

void set_up(CURL* curl, const std::string& url) {
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 15'000L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "kingshare/" KS_VERSION);
    curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    // Honour OpenSSL's variable; curl's built-in CA path would override it.
    if (const char* authorities = std::getenv("SSL_CERT_FILE")) curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
}

std::string place_of(const std::string& url) {
    auto begin = url.find("://");
    auto end = begin == std::string::npos ? begin : url.find('/', begin + 3);
    return url.substr(0, end);
}

tl::unexpected<CommandError> network_trouble(CURLcode code, const char* detail, const std::string& url) {
    std::string place = place_of(url);
    std::string reason = *detail ? detail : curl_easy_strerror(code);
    CommandError trouble{.exit = ExitCode::Network, .code = "NETWORK", .transient = true};
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            trouble = {ExitCode::Usage, "\"" + url + "\" is not a valid address; it must be like https://files.example.org"};
            break;
        case CURLE_COULDNT_RESOLVE_HOST: trouble.message = "can't resolve the host name of " + place; break;
        case CURLE_COULDNT_CONNECT:
            trouble.message = "can't connect to " + place + "; is the server running, and is the address right?";
            break;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            trouble.message = "the certificate of " + place + " can't be trusted (" + reason +
                              "); for a private certificate authority, set SSL_CERT_FILE to its certificate file";
            trouble.code = "CERTIFICATE";
            trouble.transient = false;
            break;
        case CURLE_OPERATION_TIMEDOUT: trouble.message = place + " did not respond in time"; break;
        default: trouble.message = "the connection to " + place + " failed (" + reason + ")";
    }
    return tl::unexpected(std::move(trouble));
}

void start_curl() {
    static const bool once = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    (void)once;
}

}  // namespace

std::string_view HttpHead::header(std::string_view name) const {
    for (auto it = headers.rbegin(); it != headers.rend(); ++it) {
        if (equal_in_any_case(it->first, name)) return it->second;
    }
    return {};
}

struct Http::Impl {
    Handle curl;
    std::optional<std::string> certificate_end;
};

Http::Http() {
    start_curl();
    impl_ = std::make_unique<Impl>();
    impl_->curl.reset(curl_easy_init());
}
Http::~Http() = default;
Http::Http(Http&&) noexcept = default;
Http& Http::operator=(Http&&) noexcept = default;

std::optional<std::string> Http::certificate_end() const { return impl_->certificate_end; }

Outcome<HttpAnswer> Http::send(const HttpRequest& request) {
    CURL* curl = impl_->curl.get();
    curl_easy_reset(curl);
    set_up(curl, request.url);
    Transfer transfer{request, {}, request.body};
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 256L * 1024);
    if (request.within) curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.within->count()));
    bool has_body = request.source.read || !request.body.empty();
    if (request.method == "HEAD") {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else if (has_body) {
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
        std::uint64_t size = request.source.read ? request.source.size : request.body.size();
        curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    Headers headers;
    for (const std::string& header : request.headers) headers.reset(curl_slist_append(headers.release(), header.c_str()));
    if (!has_body && request.method != "GET" && request.method != "HEAD") {
        headers.reset(curl_slist_append(headers.release(), "Content-Length: 0"));
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());

    CURLcode code = curl_easy_perform(curl);
    if (transfer.stalled) code = CURLE_OPERATION_TIMEDOUT;
    curl_certinfo* certificates = nullptr;
    if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &certificates) == CURLE_OK && certificates && certificates->num_of_certs > 0) {
        for (curl_slist* fact = certificates->certinfo[0]; fact; fact = fact->next) {
            std::string_view text = fact->data;
            if (text.starts_with("Expire date:")) impl_->certificate_end = text.substr(12);
        }
    }
    // A server may send an error response before it has read the whole body. Return it instead of the resulting broken pipe.
    bool answered_early = !transfer.broken_off && !transfer.too_large && transfer.answer.status >= 400;
    if (code != CURLE_OK && !answered_early) {
        if (transfer.too_large) {
            return command_error(ExitCode::Failed, place_of(request.url) + " sent a response that is too large; is it a KingShare server?");
        }
        if (transfer.broken_off) return command_error(ExitCode::Failed, "interrupted");
        return network_trouble(code, reason, request.url);
    }
    return std::move(transfer.answer);
}

struct RawConnection::Impl {
    Handle curl;
    curl_socket_t socket = CURL_SOCKET_BAD;
    std::string url;
};

RawConnection::RawConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RawConnection::~RawConnection() = default;
RawConnection::RawConnection(RawConnection&&) noexcept = default;

Outcome<RawConnection> RawConnection::open(const std::string& url) {
    start_curl();
    auto impl = std::make_unique<Impl>();
    impl->curl.reset(curl_easy_init());
    impl->url = url;
    CURL* curl = impl->curl.get();
    set_up(curl, url);
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
    if (code != CURLE_OK) return network_trouble(code, reason, url);
    curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &impl->socket);
    return RawConnection(std::move(impl));
}

Outcome<> RawConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        std::size_t sent = 0;
        CURLcode code = curl_easy_send(impl_->curl.get(), bytes.data(), bytes.size(), &sent);
        if (code == CURLE_AGAIN) {
            pollfd wait{impl_->socket, POLLOUT, 0};
            if (::poll(&wait, 1, 30'000) <= 0) code = CURLE_OPERATION_TIMEDOUT;
        }
        if (code != CURLE_OK && code != CURLE_AGAIN) return network_trouble(code, "", impl_->url);
        bytes.remove_prefix(sent);
    }
    return {};
}

Outcome<std::optional<std::string>> RawConnection::receive(std::chrono::steady_clock::time_point until) {
    char buffer[16_KiB];
    while (true) {
        std::size_t received = 0;
        CURLcode code = curl_easy_recv(impl_->curl.get(), buffer, sizeof buffer, &received);
        if (code == CURLE_OK) return std::string(buffer, received);
        if (code != CURLE_AGAIN) return network_trouble(code, "", impl_->url);
        auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (left.count() <= 0) return std::nullopt;
        pollfd wait{impl_->socket, POLLIN, 0};
        ::poll(&wait, 1, static_cast<int>(left.count()));
    }
}

std::optional<std::time_t> parse_date(const std::string& text) {
    std::time_t time = curl_getdate(text.c_str(), nullptr);
    return time < 0 ? std::nullopt : std::optional(time);
}

std::string new_idempotency_key() { return "Idempotency-Key: " + random_token(18); }

Outcome<HttpAnswer> send_until_answered(Http& http, const HttpRequest& request) {
    auto answer = http.send(request);
    for (auto pause = first_pause; !answer && answer.error().code == "NETWORK" && pause <= longest_pause; pause *= 2) {
        std::this_thread::sleep_for(pause);
        answer = http.send(request);
    }
    return answer;
}

std::string percent_encoded(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (unsigned char c : text) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::strchr("-._~", c);
        if (plain && c != 0) {
            out += static_cast<char>(c);
        } else {
            out += {'%', digits[c >> 4], digits[c & 15]};
        }
    }
    return out;
}

}  // namespace ks::cli
