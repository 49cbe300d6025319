#include "base/crypto.h"
#include "base/size.h"
#include "edge/api.h"
#include "edge/responses.h"
#include "edge/body_source.h"
#include "edge/content.h"
#include "edge/idempotency.h"
#include "model/filename.h"
#include "net/tus.h"

namespace ks::edge::api {

namespace {

constexpr std::size_t drained_at_once = 64_KiB;

// The whole body is one file.
awaitable<Result<void>> take_raw(RequestContext& call, engine::UploadBatch& batch) {
    engine::UploadSpec spec{std::string(call.target.parameter("filename")), std::string(call.header("Content-Type"))};
    spec.expected_bytes = call.request().content_length.value_or(0);
    spec.exact = call.request().content_length.has_value();
    BodySource body(call.exchange);
    co_return co_await batch.add(std::move(spec), body);
}

// Each part named "file" is a file.
awaitable<Result<void>> take_form(RequestContext& call, engine::UploadBatch& batch) {
    KS_CO_TRY(auto parser, net::MultipartParser::for_content_type(call.header("Content-Type")));
    FormSource form(call.exchange, std::move(parser));
    while (true) {
        KS_CO_TRY(bool more, co_await form.next_part());
        if (!more) break;
        if (form.part().name() != "file") continue;
        engine::UploadSpec spec{form.part().filename(), form.part().content_type(), call.request().content_length.value_or(0)};
        KS_CO_CHECK(co_await batch.add(std::move(spec), form));
    }
    if (batch.empty()) co_return bad_field("file", "The form must have a part named \"file\"");
    co_return Result<void>{};
}

// Adds a file to the content compared with an Idempotency-Key: names and hashes, since the bytes of a form differ by its boundary.
void add_file(std::string& content, const std::string& filename, const std::string& sha256) {
    content.append(filename).append(1, '\0').append(sha256);
}

std::string content_of(const std::vector<File>& files) {
    std::string content;
    for (const File& file : files) add_file(content, file.filename, file.sha256);
    return content;
}

// Reads and discards one file, adding its name and hash to `content`.
awaitable<Result<void>> drain(RequestContext& call, ByteSource& source, std::string filename, std::string& content) {
    std::uint64_t limit = call.app.uploads.longest_file();
    KS_CO_TRY(filename, clean_filename(filename));
    Hasher hasher(HashKind::Sha256);
    std::string piece(drained_at_once, '\0');
    for (std::uint64_t total = 0;;) {
        KS_CO_TRY(std::size_t size, co_await source.read_some(piece));
        if (size == 0) break;
        total += size;
        if (total > limit) co_return engine::too_large(limit);
        hasher.update(std::string_view(piece).substr(0, size));
    }
    add_file(content, filename, hasher.finish());
    co_return Result<void>{};
}

// Returns content_of the files in the request without storing them.
awaitable<Result<std::string>> drain_all(RequestContext& call, bool is_form) {
    std::string content;
    if (!is_form) {
        BodySource body(call.exchange);
        KS_CO_CHECK(co_await drain(call, body, std::string(call.target.parameter("filename")), content));
        co_return content;
    }
    KS_CO_TRY(auto parser, net::MultipartParser::for_content_type(call.header("Content-Type")));
    FormSource form(call.exchange, std::move(parser));
    while (true) {
        KS_CO_TRY(bool more, co_await form.next_part());
        if (!more) co_return content;
        if (form.part().name() == "file") KS_CO_CHECK(co_await drain(call, form, form.part().filename(), content));
    }
}

net::Response files_answer(const std::vector<File>& files) {
    if (files.size() == 1) return json_answer(201, file_json(files.front()));
    std::vector<std::string> items;
    for (const File& file : files) items.push_back(file_json(file));
    return json_answer(201, codec::JsonWriter().raw("items", codec::json_array(items)).text());
}

}  // namespace

HandlerResult upload_files(RequestContext& call, const Actor& actor) {
    if (auto encoding = call.header("Content-Encoding"); !encoding.empty() && encoding != "identity") {
        co_return fail(ErrorCode::UnsupportedMediaType, "Content-Encoding is not supported; send the file without it");
    }
    KS_CO_CHECK(net::tus::refuse_draft_piece(call.header("Upload-Complete"), call.header("Upload-Incomplete")));
    bool is_form = net::is_media_type(call.header("Content-Type"), "multipart/form-data");
    if (!is_form && !call.target.has("filename")) {
        co_return bad_field("filename", "Send multipart/form-data with parts named \"file\", or the content as the body with ?filename=");
    }
    KS_CO_TRY(auto idempotency, Idempotency::of(call, actor.user_id));
    KS_CO_TRY(bool is_repeated, co_await idempotency.is_repeated());
    if (is_repeated) {
        KS_CO_TRY(std::string content, co_await drain_all(call, is_form));
        idempotency.add_content(content);
        KS_CO_TRY(auto kept, co_await idempotency.answer());
        if (kept) co_return kept;
        co_return fail(ErrorCode::Conflict, "The response for this Idempotency-Key has just expired; use a new key");
    }
    engine::UploadBatch batch = call.app.uploads.begin(actor);
    auto taking = is_form ? take_form(call, batch) : take_raw(call, batch);
    auto taken = co_await std::move(taking);
    Result<std::vector<File>> files;
    if (taken) {
        idempotency.add_content(content_of(batch.files()));
        files = co_await batch.commit(idempotency.on_created<std::vector<File>>(files_answer));
    } else {
        files = tl::unexpected(std::move(taken.error()));
    }
    if (!files) {
        co_await batch.abandon();
        if (taken) co_return co_await idempotency.answer_or(std::move(files.error()));
        co_return tl::unexpected(std::move(files.error()));
    }
    co_return files_answer(*files);
}

}  // namespace ks::edge::api
