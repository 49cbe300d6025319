#include "base/log.h"
#include "edge/api.h"
#include "edge/content.h"
#include "net/multipart.h"

namespace ks::api {

namespace {

constexpr std::size_t receive_bytes = 64 * 1024;

// The uploads of one request: they become files together, or none does.
class Batch {
public:
    Batch(Call& call, Actor actor) : call_(call), actor_(std::move(actor)) {}

    // The body is one file.
    awaitable<Result<std::vector<File>>> take_raw(UploadSpec spec) {
        auto received = co_await receive_raw(std::move(spec));
        co_return co_await end(std::move(received));
    }

    // Each part named "file" is one.
    awaitable<Result<std::vector<File>>> take_form(net::MultipartParser parser) {
        auto received = co_await receive_parts(std::move(parser));
        if (received && uploads_.empty()) received = bad_field("file", "The form has no part named \"file\"");
        co_return co_await end(std::move(received));
    }

private:
    using Event = net::MultipartParser::Event;

    awaitable<Result<void>> begin(UploadSpec spec) {
        KS_CO_TRY(auto upload, co_await call_.app.uploads.begin(actor_, std::move(spec)));
        uploads_.push_back(std::move(upload));
        co_return Result<void>{};
    }

    awaitable<Result<void>> receive_raw(UploadSpec spec) {
        KS_CO_CHECK(co_await begin(std::move(spec)));
        std::string piece(receive_bytes, '\0');
        while (true) {
            KS_CO_TRY(std::size_t size, co_await call_.exchange.read_some(piece));
            if (size == 0) co_return co_await uploads_.back()->seal();
            KS_CO_CHECK(co_await uploads_.back()->append(std::string_view(piece).substr(0, size)));
        }
    }

    awaitable<Result<void>> receive_parts(net::MultipartParser parser) {
        std::string piece(receive_bytes, '\0');
        bool in_file = false;
        while (true) {
            KS_CO_TRY(Event event, parser.next());
            if (event == Event::End) co_return Result<void>{};
            if (event == Event::NeedMore) {
                KS_CO_TRY(std::size_t size, co_await call_.exchange.read_some(piece));
                if (size == 0) co_return fail(ErrorCode::InvalidRequest, "The multipart body ends without its closing boundary");
                parser.feed(std::string_view(piece).substr(0, size));
            } else if (event == Event::Part) {
                in_file = parser.name() == "file";
                UploadSpec spec{parser.filename(), parser.content_type(), call_.request().content_length.value_or(0)};
                if (in_file) KS_CO_CHECK(co_await begin(std::move(spec)));
            } else if (event == Event::Data && in_file) {
                KS_CO_CHECK(co_await uploads_.back()->append(parser.data()));
            } else if (event == Event::PartEnd && in_file) {
                KS_CO_CHECK(co_await uploads_.back()->seal());
            }
        }
    }

    awaitable<Result<std::vector<File>>> end(Result<void> received) {
        Result<std::vector<File>> files;
        if (received) {
            files = co_await call_.app.uploads.commit(uploads_);
        } else {
            files = tl::unexpected(std::move(received.error()));
        }
        if (!files) {
            for (const auto& upload : uploads_) co_await upload->abandon();
        }
        co_return files;
    }

    Call& call_;
    const Actor actor_;
    std::vector<std::unique_ptr<Upload>> uploads_;
};

}  // namespace

Reply upload_files(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    if (auto encoding = call.header("Content-Encoding"); !encoding.empty() && encoding != "identity") {
        co_return fail(ErrorCode::UnsupportedMediaType, "Send the file as it is, without a Content-Encoding");
    }
    Batch batch(call, std::move(actor));
    Result<std::vector<File>> taken;
    if (call.header("Content-Type").starts_with("multipart/form-data")) {
        KS_CO_TRY(auto parser, net::MultipartParser::for_content_type(call.header("Content-Type")));
        taken = co_await batch.take_form(std::move(parser));
    } else {
        if (!call.target.has("filename")) {
            co_return bad_field("filename", "Send multipart/form-data with parts named \"file\", or the bytes themselves with ?filename=");
        }
        UploadSpec spec{std::string(call.target.parameter("filename")), std::string(call.header("Content-Type"))};
        spec.expected_bytes = call.request().content_length.value_or(0);
        spec.exact = call.request().content_length.has_value();
        taken = co_await batch.take_raw(std::move(spec));
    }
    KS_CO_TRY(auto files, std::move(taken));
    if (files.size() == 1) co_return json_answer(201, file_json(files[0]));
    std::vector<std::string> items;
    for (const File& file : files) items.push_back(file_json(file));
    co_return json_answer(201, JsonWriter().raw("items", json_array(items)).text());
}

}  // namespace ks::api
