#include "edge/api.h"
#include "edge/body_source.h"
#include "edge/credentials.h"
#include "edge/idempotency.h"
#include "edge/problem.h"
#include "net/tus.h"

namespace ks::edge::api {

namespace {

namespace tus = net::tus;

constexpr std::string_view uploads_path = "/api/v1/uploads/";
constexpr std::string_view body_type = "application/offset+octet-stream";
constexpr std::string_view nameless = "unnamed";

Result<std::optional<std::uint64_t>> length_field(const RequestContext& call, std::string_view name) {
    std::string_view text = call.header(name);
    if (text.empty()) return std::nullopt;
    KS_TRY(std::uint64_t value, tus::parse_length(name, text));
    return value;
}

Result<std::optional<engine::Checksum>> checksum_of(const RequestContext& call) {
    std::string_view text = call.header("Upload-Checksum");
    if (text.empty()) return std::nullopt;
    KS_TRY(auto checksum, tus::parse_checksum(text));
    if (checksum.algorithm == "sha1") return engine::Checksum{HashKind::Sha1, std::move(checksum.digest)};
    if (checksum.algorithm == "sha256") return engine::Checksum{HashKind::Sha256, std::move(checksum.digest)};
    return bad_field("Upload-Checksum", "Upload-Checksum must use sha1 or sha256");
}

bool brings_bytes(const RequestContext& call) {
    return call.request().content_length.value_or(0) > 0 || !call.header("Transfer-Encoding").empty();
}

Result<engine::NewUpload> new_upload(const RequestContext& call) {
    std::string_view concat = call.header("Upload-Concat");
    engine::NewUpload request{.metadata = std::string(call.header("Upload-Metadata")), .concat = std::string(concat)};
    KS_TRY(auto metadata, tus::parse_metadata(request.metadata));
    request.filename = metadata["filename"].empty() ? std::string(nameless) : metadata["filename"];
    request.content_type = metadata["filetype"];
    if (concat.starts_with("final;")) {
        if (brings_bytes(call) || !call.header("Upload-Length").empty()) {
            return bad_field("Upload-Concat", "A final upload must not have a body or Upload-Length");
        }
        request.kind = UploadKind::Final;
        return request;
    }
    if (concat == "partial") {
        request.kind = UploadKind::Partial;
    } else if (!concat.empty()) {
        return bad_field("Upload-Concat", "Upload-Concat must be \"partial\", or \"final;\" followed by the URLs of the partial uploads");
    }
    KS_TRY(request.total, length_field(call, "Upload-Length"));
    std::string_view deferred = call.header("Upload-Defer-Length");
    if (!deferred.empty() && deferred != "1") return bad_field("Upload-Defer-Length", "Upload-Defer-Length must be 1 or absent");
    if (deferred.empty() != request.total.has_value()) {
        return bad_field("Upload-Length", "Either Upload-Length or Upload-Defer-Length: 1 is required");
    }
    return request;
}

net::Response& describe(net::Response& response, const Upload& upload) {
    response.with("Upload-Offset", std::to_string(upload.received));
    if (!upload.finished) response.with("Upload-Expires", net::http_date(to_millis(upload.expires_at) / 1000));
    return response;
}

Result<void> check_body_type(const RequestContext& call) {
    if (net::is_media_type(call.header("Content-Type"), body_type)) return {};
    return fail(ErrorCode::UnsupportedMediaType, "Content-Type must be application/offset+octet-stream");
}

awaitable<Result<Upload>> append_body(RequestContext& call, Actor actor, FileId id, engine::AppendRequest request) {
    KS_CO_CHECK(check_body_type(call));
    request.length = call.request().content_length;
    KS_CO_TRY(request.checksum, checksum_of(call));
    BodySource body(call.exchange);
    co_return co_await call.app.resumable.append(std::move(actor), id, std::move(request), body);
}

// Returns the fields that identify a creation for its Idempotency-Key. A body sent along is not compared: Upload-Offset says how much of it
// was stored.
std::string content_of(const RequestContext& call) {
    std::string content;
    for (std::string_view name : {"Upload-Length", "Upload-Defer-Length", "Upload-Metadata", "Upload-Concat"})
        content.append(name).append(": ").append(call.header(name)).append("\n");
    return content;
}

net::Response created_answer(const Upload& upload) {
    net::Response response{.status = 201};
    response.with("Location", std::string(uploads_path) + upload.id.text());
    return std::move(describe(response, upload));
}

// Returns the response to an earlier creation, with the upload's current offset.
awaitable<net::Response> repeated_answer(RequestContext& call, Actor actor, net::Response kept) {
    for (const auto& [name, value] : kept.headers) {
        auto id = name == "Location" ? FileId::parse(std::string_view(value).substr(value.rfind('/') + 1)) : std::nullopt;
        if (!id) continue;
        if (auto upload = co_await call.app.resumable.find(actor, *id)) co_return created_answer(*upload);
    }
    co_return kept;
}

}  // namespace

Result<void> check_tus_version(const RequestContext& call) {
    if (call.header("Tus-Resumable") == tus::version) return {};
    return fail(ErrorCode::PreconditionFailed, "Tus-Resumable must be 1.0.0");
}

Result<void> check_creation(const RequestContext& call) {
    KS_CHECK(tus::refuse_draft_piece(call.header("Upload-Complete"), call.header("Upload-Incomplete")));
    return check_tus_version(call);
}

HandlerResult tus_options(RequestContext& call) {
    net::Response response{.status = 204};
    response.with("Tus-Version", std::string(tus::version)).with("Tus-Extension", std::string(tus::extensions));
    response.with("Tus-Checksum-Algorithm", std::string(tus::checksums));
    if (auto limit = call.app.uploads.max_upload_bytes()) response.with("Tus-Max-Size", std::to_string(limit));
    co_return response;
}

HandlerResult create_upload(RequestContext& call, const Actor& actor) {
    // Only the final request of a concatenation continues uploads, those of its parts.
    bool is_final = call.header("Upload-Concat").starts_with("final;");
    if (!is_final) KS_CO_CHECK(co_await authenticate(call));
    KS_CO_TRY(engine::NewUpload request, new_upload(call));
    KS_CO_TRY(auto idempotency, Idempotency::of(call, actor.user_id, content_of(call)));
    KS_CO_TRY(auto kept, co_await idempotency.answer());
    if (kept) co_return co_await repeated_answer(call, actor, std::move(*kept));
    if (brings_bytes(call)) KS_CO_CHECK(check_body_type(call));
    Result<Upload> upload;
    auto keep = idempotency.on_created<Upload>(created_answer);
    if (request.kind == UploadKind::Final) {
        std::string_view addresses = call.header("Upload-Concat").substr(std::string_view("final;").size());
        KS_CO_TRY(auto parts, tus::parse_parts(addresses, uploads_path));
        upload = co_await call.app.resumable.concatenate(actor, std::move(request), std::move(parts), std::move(keep));
    } else {
        upload = co_await call.app.resumable.create(actor, std::move(request), std::move(keep));
        if (upload && brings_bytes(call) && !upload->finished) {
            engine::AppendRequest first;
            auto appended = co_await append_body(call, actor, upload->id, std::move(first));
            if (!appended) {
                // The client does not know the upload's URL yet, so it could not resume.
                (void)co_await idempotency.forget();
                co_await call.app.resumable.remove(actor, upload->id);
                co_return tl::unexpected(std::move(appended.error()));
            }
            upload = std::move(appended);
        }
    }
    if (!upload) {
        KS_CO_TRY(kept, co_await idempotency.answer_or(std::move(upload.error())));
        co_return co_await repeated_answer(call, actor, std::move(*kept));
    }
    co_return created_answer(*upload);
}

HandlerResult find_upload(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<FileTag>());
    KS_CO_TRY(Upload upload, co_await call.app.resumable.find(actor, id));
    net::Response response;
    response.with("Cache-Control", "no-store");
    if (upload.total) {
        response.with("Upload-Length", std::to_string(*upload.total));
    } else {
        response.with("Upload-Defer-Length", "1");
    }
    if (!upload.metadata.empty()) response.with("Upload-Metadata", upload.metadata);
    if (!upload.concat.empty()) response.with("Upload-Concat", upload.concat);
    co_return std::move(describe(response, upload));
}

HandlerResult append_to_upload(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<FileTag>());
    if (call.header("Upload-Offset").empty()) co_return bad_field("Upload-Offset", "Upload-Offset is required");
    KS_CO_TRY(std::uint64_t offset, tus::parse_offset("Upload-Offset", call.header("Upload-Offset")));
    engine::AppendRequest request{.offset = offset};
    KS_CO_TRY(request.total, length_field(call, "Upload-Length"));
    KS_CO_TRY(Upload upload, co_await append_body(call, actor, id, std::move(request)));
    net::Response response{.status = 204};
    co_return std::move(describe(response, upload));
}

HandlerResult remove_upload(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<FileTag>());
    auto removed = co_await call.app.resumable.remove(actor, id);
    // The upload has completed and is a file: delete the file.
    if (!removed && removed.error().code == ErrorCode::Conflict) {
        KS_CO_CHECK(co_await authenticate(call));  // an expired token continues uploads, but may not delete files
        removed = co_await call.app.files.remove(actor, id);
    }
    if (!removed) co_return tl::unexpected(std::move(removed.error()));
    co_return net::Response{.status = 204};
}

HandlerResult refuse_override(RequestContext&) {
    auto refused = fail(ErrorCode::MethodNotAllowed,
                        "POST requires X-HTTP-Method-Override: PATCH, HEAD or DELETE here; create uploads at /api/v1/uploads");
    co_return problem(refused.value()).with("Allow", "OPTIONS, HEAD, PATCH, DELETE");
}

}  // namespace ks::edge::api
