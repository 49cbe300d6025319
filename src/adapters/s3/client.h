#pragma once

#include "adapters/s3/transport.h"
#include "runtime/suspend.h"

#include <span>

namespace ks::s3 {

struct Object {
    std::string key;
    std::uint64_t size = 0;
};

struct ObjectPage {
    std::vector<Object> objects{};
    std::vector<std::string> folders{};  // common prefixes up to the next slash
    std::string next{};                  // continuation token; empty: the last page
};

struct UnfinishedUpload {
    std::string key;
    std::string upload_id;
};

struct Range {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;  // at least 1
};

// A prefix of an object.
struct Content {
    std::string bytes;
    std::uint64_t size = 0;  // of the whole object
};

// The operations of S3 that the blob store needs, on keys relative to the prefix of its location: path-style addresses, signed payloads;
// no ACLs, no chunked signatures, no conditional writes. Errors: NOT_FOUND, STORAGE_FULL, UNAVAILABLE. Thread-safe.
class Client {
public:
    Client(Location location, Credentials credentials);

    unsigned most_parts() const { return location_.most_parts; }
    const std::string& prefix() const { return location_.prefix; }
    Transport& transport() { return transport_; }

    awaitable<Result<void>> head_bucket();
    awaitable<Result<std::uint64_t>> head(std::string key);  // the object's size
    awaitable<Result<Content>> get_start(std::string key, std::uint64_t length);
    awaitable<Result<std::string>> get(std::string key, Range range);  // fails if it is not there in full
    awaitable<Result<void>> put(std::string key, Body body, std::string body_sha256);
    awaitable<Result<void>> remove(std::string key);  // also if there is none

    awaitable<Result<std::string>> create_upload(std::string key);  // its id
    // Return the entity tag of the part.
    awaitable<Result<std::string>> put_part(std::string key, std::string upload_id, unsigned number, Body body, std::string body_sha256);
    awaitable<Result<std::string>> copy_part(std::string key, std::string upload_id, unsigned number, std::string source, Range range);
    // Idempotent: NOT_FOUND (from an upload completed before) is success if the object has `size` bytes.
    awaitable<Result<void>> complete(std::string key, std::string upload_id, std::vector<std::string> etags, std::uint64_t size);
    awaitable<Result<void>> abort(std::string key, std::string upload_id);  // also if there is none

    // Lists keys that begin with `start` and follow `after`, if it isn't empty.
    awaitable<Result<ObjectPage>> list(std::string start, std::string after, std::string continuation);
    awaitable<Result<std::vector<UnfinishedUpload>>> list_uploads(std::string start);

    // Returns a URL with which anybody can GET the object for `lifetime`. `query` has parameters of the operation.
    std::string presigned_url(const std::string& key, Query query, std::chrono::seconds lifetime) const;

    Request get_request(const std::string& key, Range range) const;  // to be sent by the caller, with a sink

private:
    Request request(std::string method, const std::string& key, Query query = {}) const;
    awaitable<Result<Response>> send(Request request);
    std::string relative(const std::string& key) const;

    const Location location_;
    const Credentials credentials_;
    Transport transport_;
};

}  // namespace ks::s3
