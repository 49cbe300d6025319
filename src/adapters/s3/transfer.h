#pragma once

#include "adapters/s3/http.h"
#include "adapters/s3/location.h"

#include <curl/curl.h>

namespace ks::s3 {

// One request on a libcurl handle, attempt by attempt. Thread: that of the transport.
class Transfer {
public:
    Transfer(Request request, ResponseHandler done);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // Signs the request and sets up the handle for the next attempt.
    void prepare(Signer& signer, const Location& location);

    // Takes the outcome of an attempt. Returns whether another one makes sense: the connection failed, or the server asks for it.
    bool failed_for_now(CURLcode outcome) const;
    void complete(CURLcode outcome);  // calls the handler with the response, or UNAVAILABLE
    void abandon();                   // calls the handler with UNAVAILABLE

    CURL* handle() const { return handle_; }
    int attempts() const { return attempts_; }
    bool has_sink() const { return request_.sink != nullptr; }

    std::uint64_t number = 0;  // assigned by the transport

private:
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);

    Request request_;
    ResponseHandler done_;
    Response response_;
    CURL* const handle_;
    curl_slist* headers_ = nullptr;
    int attempts_ = 0;
};

}  // namespace ks::s3
