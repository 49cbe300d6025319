#include "adapters/s3/client.h"

#include "adapters/s3/failure.h"
#include "adapters/s3/xml.h"
#include "base/crypto.h"

#include <charconv>

namespace ks::s3 {

namespace {

constexpr const char* page_keys = "1000";
constexpr std::chrono::seconds slow_operation{300};  // the server may copy or join gigabytes before it answers

bool is_success(const Response& response) { return response.status >= 200 && response.status < 300; }

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// From "bytes 0-99/1234" or "bytes */0".
std::optional<std::uint64_t> total_of(const std::string& content_range) {
    auto slash = content_range.find('/');
    return slash == std::string::npos ? std::nullopt : number_of(std::string_view(content_range).substr(slash + 1));
}

std::string header_of(Range range) {
    return "bytes=" + std::to_string(range.offset) + "-" + std::to_string(range.offset + range.length - 1);
}

tl::unexpected<Error> unexpected_answer(const char* operation) { return unavailable(std::string(operation) + " was not understood"); }

Result<XmlElement> document_of(const char* operation, const Response& response, std::string_view root) {
    // Some operations begin their response before they have succeeded: 200 with an Error document.
    if (!is_success(response) || !error_code_of(response.body).empty()) return failure_of(operation, response);
    auto document = parse_xml(response.body);
    if (!document || document->name != root) return unexpected_answer(operation);
    return std::move(*document);
}

std::string escaped(const std::string& text) {
    std::string escaped;
    for (char c : text) {
        switch (c) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            default: escaped += c;
        }
    }
    return escaped;
}

}  // namespace

Client::Client(Location location, Credentials credentials)
    : location_(location), credentials_(credentials), transport_(std::move(location), std::move(credentials)) {}

Request Client::request(std::string method, const std::string& key, Query query) const {
    return {.method = std::move(method),
            .path = encoded_path("/" + location_.bucket + "/" + location_.prefix + key),
            .query = std::move(query)};
}

std::string Client::presigned_url(const std::string& key, Query query, std::chrono::seconds lifetime) const {
    std::string path = request("GET", key).path;
    Signer signer(credentials_, location_.region);
    std::string signature = signer.presign("GET", path, std::move(query), location_.authority, SystemClock().now(), lifetime);
    return location_.scheme + "://" + location_.authority + path + "?" + signature;
}

awaitable<Result<Response>> Client::send(Request request) {
    auto start = [this, request = std::move(request)](Resume<Result<Response>> resume) mutable {
        transport_.send(std::move(request), std::move(resume));
    };
    return suspend<Result<Response>>(std::move(start));
}

std::string Client::relative(const std::string& key) const {
    return key.starts_with(location_.prefix) ? key.substr(location_.prefix.size()) : std::string();
}

awaitable<Result<void>> Client::head_bucket() {
    Request request{.method = "HEAD", .path = "/" + location_.bucket};
    KS_CO_TRY(Response response, co_await send(std::move(request)));
    if (is_success(response)) co_return Result<void>{};
    co_return unavailable("the bucket was answered with " + std::to_string(response.status));
}

awaitable<Result<std::uint64_t>> Client::head(std::string key) {
    KS_CO_TRY(Response response, co_await send(request("HEAD", key)));
    if (!is_success(response)) co_return failure_of("HEAD", response);
    co_return response.content_length;
}

awaitable<Result<Content>> Client::get_start(std::string key, std::uint64_t length) {
    Range range{.offset = 0, .length = length};
    KS_CO_TRY(Response response, co_await send(get_request(key, range)));
    if (response.status == 416) co_return Content{};  // an empty object has no first byte
    if (!is_success(response)) co_return failure_of("GET", response);
    if (response.status == 200) co_return Content{response.body, response.body.size()};
    auto total = total_of(response.content_range);
    if (!total || response.body.size() != std::min(*total, length)) co_return unexpected_answer("GET");
    co_return Content{std::move(response.body), *total};
}

awaitable<Result<std::string>> Client::get(std::string key, Range range) {
    KS_CO_TRY(Response response, co_await send(get_request(key, range)));
    if (!is_success(response)) co_return failure_of("GET", response);
    bool whole = response.status == 206 || range.offset == 0;
    if (!whole || response.body.size() != range.length) co_return unexpected_answer("GET");
    co_return std::move(response.body);
}

Request Client::get_request(const std::string& key, Range range) const {
    Request get = request("GET", key);
    get.headers["range"] = header_of(range);
    return get;
}

awaitable<Result<void>> Client::put(std::string key, Body body, std::string body_sha256) {
    Request put = request("PUT", key);
    put.body = std::move(body);
    put.body_sha256 = std::move(body_sha256);
    KS_CO_TRY(Response response, co_await send(std::move(put)));
    if (!is_success(response)) co_return failure_of("PUT", response);
    co_return Result<void>{};
}

awaitable<Result<void>> Client::remove(std::string key) {
    KS_CO_TRY(Response response, co_await send(request("DELETE", key)));
    if (!is_success(response) && response.status != 404) co_return failure_of("DELETE", response);
    co_return Result<void>{};
}

awaitable<Result<std::string>> Client::create_upload(std::string key) {
    Query query{{"uploads", ""}};
    KS_CO_TRY(Response response, co_await send(request("POST", key, std::move(query))));
    KS_CO_TRY(XmlElement document, document_of("CreateMultipartUpload", response, "InitiateMultipartUploadResult"));
    std::string upload_id = document.text_of("UploadId");
    if (upload_id.empty()) co_return unexpected_answer("CreateMultipartUpload");
    co_return upload_id;
}

awaitable<Result<std::string>> Client::put_part(std::string key, std::string upload_id, unsigned number, Body body,
                                                std::string body_sha256) {
    Request put = request("PUT", key, {{"partNumber", std::to_string(number)}, {"uploadId", std::move(upload_id)}});
    put.body = std::move(body);
    put.body_sha256 = std::move(body_sha256);
    KS_CO_TRY(Response response, co_await send(std::move(put)));
    if (!is_success(response)) co_return failure_of("UploadPart", response);
    if (response.etag.empty()) co_return unexpected_answer("UploadPart");
    co_return std::move(response.etag);
}

awaitable<Result<std::string>> Client::copy_part(std::string key, std::string upload_id, unsigned number, std::string source, Range range) {
    Request copy = request("PUT", key, {{"partNumber", std::to_string(number)}, {"uploadId", std::move(upload_id)}});
    copy.headers["x-amz-copy-source"] = request("PUT", source).path;
    copy.headers["x-amz-copy-source-range"] = header_of(range);
    copy.idle_timeout = slow_operation;
    KS_CO_TRY(Response response, co_await send(std::move(copy)));
    KS_CO_TRY(XmlElement document, document_of("UploadPartCopy", response, "CopyPartResult"));
    std::string etag = document.text_of("ETag");
    if (etag.empty()) co_return unexpected_answer("UploadPartCopy");
    co_return etag;
}

awaitable<Result<void>> Client::complete(std::string key, std::string upload_id, std::vector<std::string> etags, std::uint64_t size) {
    std::string parts = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    unsigned number = 0;
    for (const std::string& etag : etags) {
        parts += "<Part><PartNumber>" + std::to_string(++number) + "</PartNumber><ETag>" + escaped(etag) + "</ETag></Part>";
    }
    Request post = request("POST", key, {{"uploadId", std::move(upload_id)}});
    post.body = std::make_shared<const std::string>(parts + "</CompleteMultipartUpload>");
    post.headers["content-type"] = "application/xml";
    post.idle_timeout = slow_operation;
    KS_CO_TRY(Response response, co_await send(std::move(post)));
    auto document = document_of("CompleteMultipartUpload", response, "CompleteMultipartUploadResult");
    if (document) co_return Result<void>{};
    // The response to an earlier attempt may have been lost.
    auto found = co_await head(std::move(key));
    if (found && *found == size) co_return Result<void>{};
    co_return tl::unexpected(std::move(document.error()));
}

awaitable<Result<void>> Client::abort(std::string key, std::string upload_id) {
    Query query{{"uploadId", std::move(upload_id)}};
    KS_CO_TRY(Response response, co_await send(request("DELETE", key, std::move(query))));
    if (!is_success(response) && response.status != 404) co_return failure_of("AbortMultipartUpload", response);
    co_return Result<void>{};
}

awaitable<Result<ObjectPage>> Client::list(std::string start, std::string after, std::string continuation) {
    Request list{.method = "GET", .path = "/" + location_.bucket};
    list.query = {{"list-type", "2"}, {"prefix", location_.prefix + start}, {"delimiter", "/"}, {"max-keys", page_keys}};
    if (!after.empty()) list.query["start-after"] = location_.prefix + after;
    if (!continuation.empty()) list.query["continuation-token"] = std::move(continuation);
    KS_CO_TRY(Response response, co_await send(std::move(list)));
    KS_CO_TRY(XmlElement document, document_of("ListObjectsV2", response, "ListBucketResult"));
    ObjectPage page;
    for (const XmlElement& child : document.children) {
        if (child.name == "Contents")
            page.objects.push_back({relative(child.text_of("Key")), number_of(child.text_of("Size")).value_or(0)});
        if (child.name == "CommonPrefixes") page.folders.push_back(relative(child.text_of("Prefix")));
    }
    if (document.text_of("IsTruncated") == "true") page.next = document.text_of("NextContinuationToken");
    co_return page;
}

awaitable<Result<std::vector<UnfinishedUpload>>> Client::list_uploads(std::string start) {
    std::vector<UnfinishedUpload> uploads;
    Query markers;
    while (true) {
        Request list{.method = "GET", .path = "/" + location_.bucket};
        list.query = {{"uploads", ""}, {"prefix", location_.prefix + start}, {"max-uploads", page_keys}};
        list.query.insert(markers.begin(), markers.end());
        KS_CO_TRY(Response response, co_await send(std::move(list)));
        KS_CO_TRY(XmlElement document, document_of("ListMultipartUploads", response, "ListMultipartUploadsResult"));
        std::size_t before = uploads.size();
        for (const XmlElement& child : document.children) {
            if (child.name == "Upload") uploads.push_back({relative(child.text_of("Key")), child.text_of("UploadId")});
        }
        if (document.text_of("IsTruncated") != "true" || uploads.size() == before) co_return uploads;
        markers = {{"key-marker", document.text_of("NextKeyMarker")}, {"upload-id-marker", document.text_of("NextUploadIdMarker")}};
    }
}

}  // namespace ks::s3
