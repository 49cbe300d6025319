#include "adapters/s3/transfer.h"

#include "adapters/s3/failure.h"
#include "base/crypto.h"
#include "base/size.h"

#include <algorithm>
#include <charconv>
#include <new>

namespace ks::s3 {

namespace {

constexpr std::size_t longest_body = 16_MiB;  // of a response without a sink; lists and errors are far shorter
constexpr long connect_timeout_ms = 5'000;

bool name_is(std::string_view line, std::string_view name) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return line.size() > name.size() && line[name.size()] == ':' &&
           std::equal(name.begin(), name.end(), line.begin(), [lower](char a, char b) { return a == lower(b); });
}

std::string value_of(std::string_view line) {
    line.remove_prefix(line.find(':') + 1);
    auto begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    auto end = line.find_last_not_of(" \t\r\n");
    return end == std::string_view::npos || end < begin ? std::string() : std::string(line.substr(begin, end - begin + 1));
}

}  // namespace

Transfer::Transfer(Request request, ResponseHandler done)
    : request_(std::move(request)), done_(std::move(done)), handle_(::curl_easy_init()) {
    if (!handle_) throw std::bad_alloc();
    if (request_.body_sha256.empty()) request_.body_sha256 = hex(sha256(request_.body ? *request_.body : std::string()));
}

Transfer::~Transfer() {
    ::curl_easy_cleanup(handle_);
    ::curl_slist_free_all(headers_);
}

void Transfer::prepare(Signer& signer, const Location& location) {
    ++attempts_;
    response_ = {};
    std::string query = canonical_query(request_.query);
    Headers headers = request_.headers;
    headers["host"] = location.authority;
    signer.sign(request_.method, request_.path, query, request_.body_sha256, SystemClock().now(), headers);
    ::curl_slist_free_all(std::exchange(headers_, nullptr));
    for (const auto& [name, value] : headers) headers_ = ::curl_slist_append(headers_, (name + ": " + value).c_str());
    // libcurl adds none of its own.
    for (const char* none : {"Accept:", "Content-Type:", "Expect:"}) headers_ = ::curl_slist_append(headers_, none);
    std::string url = location.scheme + "://" + location.authority + request_.path + (query.empty() ? "" : "?" + query);
    ::curl_easy_reset(handle_);
    ::curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
    ::curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
    ::curl_easy_setopt(handle_, CURLOPT_PATH_AS_IS, 1L);
    ::curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
    ::curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    ::curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(handle_, CURLOPT_PROXY, "");
    ::curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
    ::curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, 1L);
    ::curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request_.idle_timeout.count()));
    ::curl_easy_setopt(handle_, CURLOPT_BUFFERSIZE, static_cast<long>(64_KiB));
    ::curl_easy_setopt(handle_, CURLOPT_UPLOAD_BUFFERSIZE, static_cast<long>(512_KiB));
    ::curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    ::curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
    ::curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    ::curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
    if (request_.method == "HEAD") {
        ::curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
    } else if (request_.method == "PUT" || request_.method == "POST") {
        ::curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request_.body ? request_.body->data() : "");
        ::curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body ? request_.body->size() : 0));
        ::curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    } else if (request_.method != "GET") {
        ::curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    std::string_view line(bytes, size * count);
    if (name_is(line, "etag")) transfer.response_.etag = value_of(line);
    if (name_is(line, "content-range")) transfer.response_.content_range = value_of(line);
    if (name_is(line, "content-length")) {
        std::string value = value_of(line);
        std::from_chars(value.data(), value.data() + value.size(), transfer.response_.content_length);
    }
    return line.size();
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    std::string_view piece(bytes, size * count);
    long status = 0;
    ::curl_easy_getinfo(transfer.handle_, CURLINFO_RESPONSE_CODE, &status);
    if (transfer.request_.sink && status < 300) return transfer.request_.sink->receive(status, piece) ? piece.size() : CURL_WRITEFUNC_PAUSE;
    if (transfer.response_.body.size() + piece.size() > longest_body) return 0;
    transfer.response_.body += piece;
    return piece.size();
}

bool Transfer::failed_for_now(CURLcode outcome) const {
    if (outcome != CURLE_OK) return outcome != CURLE_WRITE_ERROR && outcome != CURLE_OUT_OF_MEMORY;
    long status = 0;
    ::curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return is_temporary(status, response_.body);
}

void Transfer::complete(CURLcode outcome) {
    ::curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &response_.status);
    if (outcome != CURLE_OK) {
        done_(unavailable(request_.method + ": " + ::curl_easy_strerror(outcome)));
    } else if (is_temporary(response_.status, response_.body)) {
        done_(unavailable(request_.method + ": " + description_of(response_)));
    } else {
        done_(std::move(response_));
    }
}

void Transfer::abandon() { done_(unavailable("the server is shutting down")); }

}  // namespace ks::s3
