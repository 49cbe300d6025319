#pragma once

#include "adapters/s3/signer.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ks::s3 {

// Receives the body of a response while it arrives. Called on the transport's thread.
class BodySink {
public:
    virtual ~BodySink() = default;
    // `status`: that of the response, 2xx. Returns false if the bytes can't be taken now: they are offered again after Transport::resume().
    virtual bool receive(long status, std::string_view bytes) = 0;
};

using Body = std::shared_ptr<const std::string>;

struct Request {
    std::string method;
    std::string path;  // percent-encoded
    Query query{};
    Headers headers{};                      // beside those of the signature
    Body body{};                            // may be null
    std::string body_sha256{};              // in hex; empty: computed, for short bodies
    std::shared_ptr<BodySink> sink{};       // takes the body of a successful response; a request with a sink is never repeated
    std::chrono::seconds idle_timeout{30};  // time without a byte in either direction
};

struct Response {
    long status = 0;
    std::string etag{};
    std::string content_range{};
    std::uint64_t content_length = 0;
    std::string body{};  // empty with a sink
};

using ResponseHandler = std::function<void(Result<Response>)>;

}  // namespace ks::s3
