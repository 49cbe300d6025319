#include "adapters/s3/failure.h"

#include "adapters/s3/xml.h"

#include <algorithm>

namespace ks::s3 {

namespace {

constexpr std::chrono::seconds retry_after{5};

bool is_one_of(const std::string& code, std::initializer_list<std::string_view> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

tl::unexpected<Error> unavailable(std::string detail) {
    auto error = storage_unavailable("S3: " + std::move(detail));
    error.value().retry_after = retry_after;
    return error;
}

bool is_temporary(long status, std::string_view body) {
    if (status == 429 || status == 500 || status == 502 || status == 503 || status == 504) return true;
    return status == 400 && is_one_of(error_code_of(std::string(body)), {"BadDigest", "RequestTimeout", "XAmzContentSHA256Mismatch"});
}

std::string error_code_of(const std::string& body) {
    if (body.find("<Error") == std::string::npos) return {};
    auto document = parse_xml(body);
    return document && document->name == "Error" ? document->text_of("Code") : std::string();
}

std::string description_of(const Response& response) {
    std::string code = error_code_of(response.body);
    // The code comes from another machine: a log line holds no more of it than this.
    code.resize(std::min<std::size_t>(code.size(), 64));
    return std::to_string(response.status) + (code.empty() ? "" : " " + code);
}

tl::unexpected<Error> failure_of(const char* operation, const Response& response) {
    std::string code = error_code_of(response.body);
    std::string detail = "S3: " + std::string(operation) + " was answered with " + description_of(response);
    // HEAD has no body to tell a missing key from a missing bucket.
    if (response.status == 404 && code != "NoSuchBucket") {
        auto error = fail(ErrorCode::NotFound);
        error.value().detail = detail;
        return error;
    }
    if (response.status == 507 || is_one_of(code, {"QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity"})) {
        auto error = fail(ErrorCode::StorageFull);
        error.value().detail = detail;
        return error;
    }
    auto error = unavailable(std::string());
    error.value().detail = detail;
    return error;
}

}  // namespace ks::s3
