#include "base/log.h"
#include "edge/api.h"
#include "edge/content.h"
#include "net/multipart.h"

namespace ks::api {

namespace {

constexpr std::size_t receive_bytes = 64 * 1024;

// Feeds a whole body into one upload.
awaitable<Result<File>> receive(Call& call, Upload& upload) {
    std::string piece(receive_bytes, '\0');
    while (true) {
        KS_CO_TRY(std::size_t size, co_await call.exchange.read_some(piece));
        if (size == 0) co_return co_await upload.finish();
        KS_CO_CHECK(co_await upload.append(std::string_view(piece).substr(0, size)));
    }
}

awaitable<Result<std::vector<File>>> receive_raw(Call& call, Actor actor) {
    UploadSpec spec{std::string(call.target.parameter("filename")), std::string(call.header("Content-Type"))};
    spec.expected_bytes = call.request().content_length.value_or(0);
    spec.exact = call.request().content_length.has_value();
    KS_CO_TRY(auto upload, co_await call.app.uploads.begin(std::move(actor), std::move(spec)));
    auto file = co_await receive(call, *upload);
    if (!file) {
        co_await upload->abandon();
        co_return tl::unexpected(std::move(file.error()));
    }
    co_return std::vector<File>{std::move(*file)};
}

// One multipart body: each part named "file" becomes an upload of its own.
class MultipartUpload {
public:
    MultipartUpload(Call& call, Actor actor, net::MultipartParser parser)
        : call_(call), actor_(std::move(actor)), parser_(std::move(parser)) {}

    awaitable<Result<std::vector<File>>> run() {
        auto result = co_await read_parts();
        if (!result && upload_) co_await upload_->abandon();
        if (!result) co_return tl::unexpected(std::move(result.error()));
        if (files_.empty()) co_return bad_field("file", "The form has no part named \"file\"");
        co_return std::move(files_);
    }

private:
    using Event = net::MultipartParser::Event;

    awaitable<Result<void>> read_parts() {
        std::string piece(receive_bytes, '\0');
        while (true) {
            KS_CO_TRY(Event event, parser_.next());
            if (event == Event::End) co_return Result<void>{};
            if (event == Event::NeedMore) {
                KS_CO_TRY(std::size_t size, co_await call_.exchange.read_some(piece));
                if (size == 0) co_return fail(ErrorCode::InvalidRequest, "The multipart body ends without its closing boundary");
                parser_.feed(std::string_view(piece).substr(0, size));
            } else {
                KS_CO_CHECK(co_await take(event));
            }
        }
    }

    awaitable<Result<void>> take(Event event) {
        if (event == Event::Part && parser_.name() == "file") {
            UploadSpec spec{parser_.filename(), parser_.content_type(), call_.request().content_length.value_or(0)};
            KS_CO_TRY(upload_, co_await call_.app.uploads.begin(actor_, std::move(spec)));
        } else if (event == Event::Data && upload_) {
            KS_CO_CHECK(co_await upload_->append(parser_.data()));
        } else if (event == Event::PartEnd && upload_) {
            KS_CO_TRY(auto file, co_await upload_->finish());
            upload_.reset();
            files_.push_back(std::move(file));
        }
        co_return Result<void>{};
    }

    Call& call_;
    const Actor actor_;
    net::MultipartParser parser_;
    std::unique_ptr<Upload> upload_;
    std::vector<File> files_;
};

awaitable<Result<std::vector<File>>> receive_multipart(Call& call, Actor actor) {
    KS_CO_TRY(auto parser, net::MultipartParser::for_content_type(call.header("Content-Type")));
    MultipartUpload upload(call, std::move(actor), std::move(parser));
    co_return co_await upload.run();
}

}  // namespace

Reply upload_files(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    bool raw = call.target.has("filename");
    bool multipart = call.header("Content-Type").starts_with("multipart/form-data");
    if (!raw && !multipart) {
        co_return fail(ErrorCode::UnsupportedMediaType, "Send multipart/form-data with parts named \"file\", or the bytes themselves with ?filename=");
    }
    auto receiving = raw ? receive_raw(call, actor) : receive_multipart(call, actor);
    KS_CO_TRY(auto files, co_await std::move(receiving));
    if (files.size() == 1) co_return json_answer(201, file_json(files[0]));
    std::vector<std::string> items;
    for (const File& file : files) items.push_back(file_json(file));
    co_return json_answer(201, JsonWriter().raw("items", json_array(items)).text());
}

}  // namespace ks::api
