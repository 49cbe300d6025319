#include "edge/api.h"
#include "edge/body_source.h"
#include "edge/content.h"
#include "net/tus.h"

namespace ks::api {

namespace {

// The body is one file.
awaitable<Result<void>> take_raw(Call& call, Batch& batch) {
    UploadSpec spec{std::string(call.target.parameter("filename")), std::string(call.header("Content-Type"))};
    spec.expected_bytes = call.request().content_length.value_or(0);
    spec.exact = call.request().content_length.has_value();
    BodySource body(call.exchange);
    co_return co_await batch.add(std::move(spec), body);
}

// Each part named "file" is one.
awaitable<Result<void>> take_form(Call& call, Batch& batch) {
    KS_CO_TRY(auto parser, net::MultipartParser::for_content_type(call.header("Content-Type")));
    FormSource form(call.exchange, std::move(parser));
    while (true) {
        KS_CO_TRY(bool more, co_await form.next_part());
        if (!more) break;
        if (form.part().name() != "file") continue;
        UploadSpec spec{form.part().filename(), form.part().content_type(), call.request().content_length.value_or(0)};
        KS_CO_CHECK(co_await batch.add(std::move(spec), form));
    }
    if (batch.empty()) co_return bad_field("file", "The form has no part named \"file\"");
    co_return Result<void>{};
}

}  // namespace

Reply upload_files(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    if (auto encoding = call.header("Content-Encoding"); !encoding.empty() && encoding != "identity") {
        co_return fail(ErrorCode::UnsupportedMediaType, "Send the file as it is, without a Content-Encoding");
    }
    KS_CO_CHECK(net::tus::refuse_draft_piece(call.header("Upload-Complete"), call.header("Upload-Incomplete")));
    bool is_form = net::is_media_type(call.header("Content-Type"), "multipart/form-data");
    if (!is_form && !call.target.has("filename")) {
        co_return bad_field("filename", "Send multipart/form-data with parts named \"file\", or the bytes themselves with ?filename=");
    }
    Batch batch = call.app.uploads.begin(actor);
    auto taking = is_form ? take_form(call, batch) : take_raw(call, batch);
    auto taken = co_await std::move(taking);
    Result<std::vector<File>> files;
    if (taken) {
        files = co_await batch.commit();
    } else {
        files = tl::unexpected(std::move(taken.error()));
    }
    if (!files) {
        co_await batch.abandon();
        co_return tl::unexpected(std::move(files.error()));
    }
    if (files->size() == 1) co_return json_answer(201, file_json(files->front()));
    std::vector<std::string> items;
    for (const File& file : *files) items.push_back(file_json(file));
    co_return json_answer(201, JsonWriter().raw("items", json_array(items)).text());
}

}  // namespace ks::api
