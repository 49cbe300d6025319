#include "cli/api.h"

#include <algorithm>
#include <thread>

namespace ks::cli {

Outcome<Api> Api::of(const std::string& server) {
    KS_TRY(Session session, find_session(server));
    return Api(std::move(session));
}

Outcome<std::string> Api::token() {
    if (is_signed_in()) {
        KS_TRY(session_, fresh_session(session_));
    }
    return session_.access_token;
}

Outcome<HttpAnswer> Api::send(HttpRequest request) {
    constexpr std::chrono::seconds longest_wait{60};
    request.url = session_.server + request.url;
    bool is_repeatable = request.method == "POST" && !request.source.read && !request.headers.empty() &&
                         request.headers.back().starts_with("Idempotency-Key:");
    bool again = false;
    for (std::chrono::seconds waited{0};;) {
        KS_TRY(std::string bearer, token());
        HttpRequest signed_request = request;
        if (!bearer.empty()) signed_request.headers.push_back("Authorization: Bearer " + bearer);
        auto sending = is_repeatable ? send_until_answered(http_, signed_request) : http_.send(signed_request);
        KS_TRY(HttpAnswer answer, std::move(sending));
        if (answer.status >= 200 && answer.status < 300) return answer;
        CommandError trouble = error_of_response(answer, session_.server);
        // Wait out the rate limit, so that commands with many requests slow down instead of failing.
        auto pause = std::max(trouble.retry_after.value_or(longest_wait), std::chrono::seconds(1));
        if (answer.status == 429 && !request.source.read && !request.within && waited + pause < longest_wait) {
            std::this_thread::sleep_for(pause);
            waited += pause;
            continue;
        }
        if (again || trouble.code != "INVALID_TOKEN" || bearer.empty()) return tl::unexpected(std::move(trouble));
        KS_TRY(session_, fresh_session(session_, bearer));
        again = true;
        if (!request.source.read) continue;
        trouble.transient = true;  // The source cannot be rewound; the caller restarts it.
        return tl::unexpected(std::move(trouble));
    }
}

Outcome<codec::JsonObject> Api::get(const std::string& path) {
    KS_TRY(HttpAnswer answer, send({.url = path}));
    return json_of(answer);
}

namespace {

HttpRequest with_json(std::string method, const std::string& path, const codec::JsonWriter& body) {
    return {.method = std::move(method), .url = path, .headers = {"Content-Type: application/json"}, .body = body.text()};
}

Outcome<codec::JsonObject> json_or_nothing(const HttpAnswer& answer) {
    if (answer.body.empty()) return understood(codec::JsonObject::parse("{}"));
    return json_of(answer);
}

}  // namespace

Outcome<codec::JsonObject> Api::post(const std::string& path, const codec::JsonWriter& body) {
    HttpRequest request = with_json("POST", path, body);
    request.headers.push_back(new_idempotency_key());
    KS_TRY(HttpAnswer answer, send(std::move(request)));
    return json_or_nothing(answer);
}

Outcome<codec::JsonObject> Api::patch(const std::string& path, const codec::JsonWriter& body) {
    KS_TRY(HttpAnswer answer, send(with_json("PATCH", path, body)));
    return json_or_nothing(answer);
}

Outcome<> Api::remove(const std::string& path) {
    KS_CHECK(send({.method = "DELETE", .url = path}));
    return {};
}

Outcome<std::vector<codec::JsonObject>> Api::list(const std::string& path) {
    constexpr std::size_t page_size = 200;
    constexpr std::size_t most_items = 500'000;
    constexpr int most_short_pages = 100;  // Guards against a server with an endless list.
    std::vector<codec::JsonObject> all;
    std::string cursor;
    int short_pages = 0;
    do {
        std::string next = path + (path.find('?') == std::string::npos ? "?" : "&") + "limit=" + std::to_string(page_size);
        KS_TRY(auto page, get(cursor.empty() ? next : next + "&cursor=" + percent_encoded(cursor)));
        KS_TRY(auto items, understood(page.objects("items")));
        if (items.size() < page_size) ++short_pages;
        for (codec::JsonObject& item : items) all.push_back(std::move(item));
        KS_TRY(auto following, understood(page.optional_string("next_cursor")));
        bool goes_on = following && !following->empty();
        if (goes_on && (*following == cursor || short_pages > most_short_pages || all.size() > most_items)) {
            return tl::unexpected(unexpected_response("an endless list"));
        }
        cursor = following.value_or("");
    } while (!cursor.empty());
    return all;
}

}  // namespace ks::cli
