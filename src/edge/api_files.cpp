#include "base/unicode.h"
#include "edge/api.h"
#include "edge/responses.h"
#include "edge/paging.h"
#include "edge/content.h"
#include "edge/send_content.h"
#include "model/content_type.h"

namespace ks::edge::api {

namespace {

// Whether a browser saves the whole file at a click. Programs may not follow a redirect, scripts of a page may not read the response of
// another server, a resumed download has our entity tag, and content that is shown needs the headers that isolate it.
bool is_saved_by_browser(const RequestContext& call) {
    const net::Request& request = call.request();
    bool is_shown = call.target.parameter("inline") == "1";
    return request.method == "GET" && request.header("Sec-Fetch-Mode") == "navigate" && request.header("Range").empty() && !is_shown;
}

net::Response redirect_to(const std::string& url) {
    net::Response response{.status = 307};
    response.with("Location", url).with("Cache-Control", "no-store");
    return response;
}

}  // namespace

HandlerResult list_files(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto page, parse_page(call.target));
    std::string_view sort = call.target.has("sort") ? call.target.parameter("sort") : "-created_at";
    engine::FileQuery query{.text = std::string(call.target.parameter("query")), .descending = sort.starts_with('-')};
    if (query.descending) sort.remove_prefix(1);
    if (sort == "created_at") {
        query.sort = FileSort::CreatedAt;
    } else if (sort == "filename") {
        query.sort = FileSort::Filename;
    } else if (sort == "size") {
        query.sort = FileSort::Size;
    } else {
        co_return bad_field("sort", "\"sort\" must be created_at, filename or size, with '-' in front for descending");
    }
    KS_CO_TRY(auto files, co_await call.app.files.list(actor, query, page));
    auto position_of = [sort = query.sort](const File& file) {
        std::string key = sort == FileSort::CreatedAt  ? std::to_string(to_millis(file.created_at))
                          : sort == FileSort::Filename ? fold_case(file.filename)
                                                       : std::to_string(file.size);
        return PagePosition(key, file.id);
    };
    co_return list_answer(files, page, file_json, position_of);
}

HandlerResult find_file(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<FileTag>());
    KS_CO_TRY(auto file, co_await call.app.files.find(actor, id));
    co_return json_answer(200, file_json(file));
}

HandlerResult rename_file(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<FileTag>());
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto filename, body.string("filename"));
    KS_CO_TRY(auto file, co_await call.app.files.rename(actor, id, filename));
    co_return json_answer(200, file_json(file));
}

HandlerResult remove_file(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<FileTag>());
    KS_CO_CHECK(co_await call.app.files.remove(actor, id));
    co_return net::Response{.status = 204};
}

HandlerResult file_content(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<FileTag>());
    KS_CO_TRY(auto file, co_await call.request_cache().find(actor, id));
    ContentPlan plan = plan_content(call.request(), file, call.target.parameter("inline") == "1");
    KS_CO_CHECK(co_await add_charset(plan, call.app.files, file));
    if (!plan.sends_content() || call.request().method == "HEAD") co_return std::move(plan.response);
    if (call.app.settings.redirects_downloads && is_saved_by_browser(call)) {
        auto url = call.app.files.temporary_url(file, {safe_content_type(file.content_type), content_disposition(file.filename, false)});
        if (url) {
            co_await call.app.files.note_download(actor, file);
            co_return redirect_to(*url);
        }
    }
    KS_CO_TRY(auto blob, co_await call.app.files.content(file));
    if (plan.from_start()) co_await call.app.files.note_download(actor, file);
    KS_CO_CHECK(co_await send_content(call, std::move(plan), *blob));
    co_return std::nullopt;
}

}  // namespace ks::edge::api
