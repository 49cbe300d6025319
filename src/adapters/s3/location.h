#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace ks::s3 {

// A place in a bucket, as the setting blobs.url names it: s3://BUCKET/PREFIX?endpoint=URL&region=NAME&parts=COUNT.
struct Location {
    std::string bucket;
    std::string prefix;           // of every key; empty or ending with a slash
    std::string scheme;           // http or https
    std::string authority;        // HOST or HOST:PORT, without the port that the scheme implies
    std::string region;           // us-east-1 by default
    unsigned most_parts = 1'000;  // of a multipart upload
};

// Without an endpoint, AWS in that region. Errors: INVALID_REQUEST with the reason.
Result<Location> parse_location(std::string_view url);

// Percent-encodes all but the unreserved characters of RFC 3986, as Signature Version 4 requires.
std::string encoded(std::string_view text);
std::string encoded_path(std::string_view path);  // the same, but keeps slashes

}  // namespace ks::s3
