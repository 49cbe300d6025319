#include "adapters/s3/signer.h"

#include "adapters/s3/location.h"
#include "base/crypto.h"

#include <ctime>

namespace ks::s3 {

namespace {

constexpr const char* algorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t date_length = 8;  // of a timestamp

std::string basic_iso8601(Time time) {
    auto seconds = static_cast<std::time_t>(to_millis(time) / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[sizeof "20130524T000000Z"];
    std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
    return text;
}

}  // namespace

std::string canonical_query(const Query& query) {
    std::string text;
    for (const auto& [name, value] : query) text += (text.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
    return text;
}

Signer::Signer(Credentials credentials, std::string region, std::string service)
    : credentials_(std::move(credentials)), region_(std::move(region)), service_(std::move(service)) {}

void Signer::sign(std::string_view method, std::string_view path, std::string_view query, std::string_view payload_sha256, Time now,
                  Headers& headers) {
    std::string timestamp = basic_iso8601(now);
    headers["x-amz-date"] = timestamp;
    headers["x-amz-content-sha256"] = payload_sha256;
    headers.erase("authorization");
    std::string request = std::string(method) + "\n" + std::string(path) + "\n" + std::string(query) + "\n";
    std::string names;
    for (const auto& [name, value] : headers) {
        request += name + ":" + value + "\n";
        names += (names.empty() ? "" : ";") + name;
    }
    request += "\n" + names + "\n" + std::string(payload_sha256);
    headers["authorization"] = std::string(algorithm) + " Credential=" + credentials_.access_key + "/" + scope_of(timestamp) +
                               ",SignedHeaders=" + names + ",Signature=" + signature_of(request, timestamp);
}

std::string Signer::presign(std::string_view method, std::string_view path, Query query, const std::string& host, Time now,
                            std::chrono::seconds lifetime) {
    std::string timestamp = basic_iso8601(now);
    query["X-Amz-Algorithm"] = algorithm;
    query["X-Amz-Credential"] = credentials_.access_key + "/" + scope_of(timestamp);
    query["X-Amz-Date"] = timestamp;
    query["X-Amz-Expires"] = std::to_string(lifetime.count());
    query["X-Amz-SignedHeaders"] = "host";
    std::string text = canonical_query(query);
    std::string request = std::string(method) + "\n" + std::string(path) + "\n" + text + "\nhost:" + host + "\n\nhost\nUNSIGNED-PAYLOAD";
    return text + "&X-Amz-Signature=" + signature_of(request, timestamp);
}

std::string Signer::scope_of(const std::string& timestamp) const {
    return timestamp.substr(0, date_length) + "/" + region_ + "/" + service_ + "/aws4_request";
}

std::string Signer::signature_of(std::string_view request, const std::string& timestamp) {
    std::string text = std::string(algorithm) + "\n" + timestamp + "\n" + scope_of(timestamp) + "\n" + hex(sha256(request));
    return hex(hmac_sha256(key_of(timestamp.substr(0, date_length)), text));
}

const std::string& Signer::key_of(const std::string& date) {
    if (date != date_) {
        std::string key = "AWS4" + credentials_.secret_key;
        for (const std::string& part : {date, region_, service_, std::string("aws4_request")}) key = hmac_sha256(key, part);
        key_ = key;
        date_ = date;
    }
    return key_;
}

}  // namespace ks::s3
