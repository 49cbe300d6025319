#pragma once

#include "base/clock.h"

#include <map>
#include <string>
#include <string_view>

namespace ks::s3 {

using Headers = std::map<std::string, std::string>;  // names in lower case
using Query = std::map<std::string, std::string>;    // not encoded

// Sorted and percent-encoded, as it is both signed and sent: "uploadId=x&uploads=".
std::string canonical_query(const Query& query);

struct Credentials {
    std::string access_key;
    std::string secret_key;
};

// Signature Version 4. Thread: one at a time.
class Signer {
public:
    Signer(Credentials credentials, std::string region, std::string service = "s3");

    // Signs in the Authorization header (AWS, "Authenticating Requests: Using the Authorization Header"): adds x-amz-date,
    // x-amz-content-sha256 and authorization to the headers, which must include host; all of them are signed. `path` is percent-encoded,
    // `query` canonical, `payload_sha256` in hex.
    void sign(std::string_view method, std::string_view path, std::string_view query, std::string_view payload_sha256, Time now,
              Headers& headers);

    // Returns the query with which anybody may send this request until `now` + `lifetime`, without an Authorization header (AWS,
    // "Authenticating Requests: Using Query Parameters"). `query` must not hold parameters of a signature.
    std::string presign(std::string_view method, std::string_view path, Query query, const std::string& host, Time now,
                        std::chrono::seconds lifetime);

private:
    std::string signature_of(std::string_view request, const std::string& timestamp);
    std::string scope_of(const std::string& timestamp) const;
    const std::string& key_of(const std::string& date);

    const Credentials credentials_;
    const std::string region_;
    const std::string service_;
    std::string date_;  // of key_
    std::string key_;
};

}  // namespace ks::s3
