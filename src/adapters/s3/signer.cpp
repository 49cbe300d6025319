#include "adapters/s3/signer.h"

#include "adapters/s3/location.h"
#include "base/crypto.h"

#include <ctime>

namespace ks::s3 {

namespace {

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
    std::string date = timestamp.substr(0, 8);
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
    std::string scope = date + "/" + region_ + "/" + service_ + "/aws4_request";
    std::string text = "AWS4-HMAC-SHA256\n" + timestamp + "\n" + scope + "\n" + hex(sha256(request));
    headers["authorization"] = "AWS4-HMAC-SHA256 Credential=" + credentials_.access_key + "/" + scope + ",SignedHeaders=" + names +
                               ",Signature=" + hex(hmac_sha256(key_of(date), text));
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
