#include "edge/idempotency.h"

#include <algorithm>
#include <charconv>

namespace ks::edge {

namespace {

constexpr std::size_t longest_key = 255;

// Accepts a Structured Fields String (RFC 9651), as the IETF draft of Idempotency-Key requires, or the same unquoted, as most clients send
// it.
Result<std::string> parse_key(std::string_view text) {
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
    bool is_printable = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7E && c != '"'; });
    if (text.empty() || text.size() > longest_key || !is_printable) {
        return bad_field("Idempotency-Key", "Idempotency-Key must be 1 to 255 printable ASCII characters, preferably a random UUID");
    }
    return std::string(text);
}

// Parses the format of to_text: status line, headers, empty line, body.
net::Response from_text(std::string_view text) {
    net::Response response;
    std::size_t end = text.find('\n');
    std::from_chars(text.data(), text.data() + end, response.status);
    while (true) {
        text.remove_prefix(end + 1);
        end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.empty()) break;
        std::size_t colon = line.find(": ");
        response.with(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
    }
    response.body = std::string(text.substr(1));
    return response;
}

}  // namespace

std::string Idempotency::to_text(const net::Response& response) {
    std::string text = std::to_string(response.status) + "\n";
    for (const auto& [name, value] : response.headers) text.append(name).append(": ").append(value).append("\n");
    return text.append("\n").append(response.body);
}

Result<Idempotency> Idempotency::of(const RequestContext& call, const UserId& caller, std::string_view content) {
    Idempotency idempotency(call.app.kept_answers);
    if (!call.request().has_header(field)) return idempotency;
    KS_TRY(std::string key, parse_key(call.header(field)));
    idempotency.key_ = call.app.kept_answers.key(caller, key);
    idempotency.request_ = call.request().method + " " + call.request().target + "\n";
    idempotency.add_content(content);
    return idempotency;
}

awaitable<Result<HandlerResponse>> Idempotency::answer() const {
    if (!key_) co_return HandlerResponse{};
    KS_CO_TRY(auto kept, co_await answers_->find(*key_, request_));
    if (!kept) co_return HandlerResponse{};
    co_return from_text(*kept);
}

awaitable<Result<HandlerResponse>> Idempotency::answer_or(Error error) const {
    KS_CO_TRY(auto kept, co_await answer());
    if (kept) co_return kept;
    co_return tl::unexpected(std::move(error));
}

awaitable<Result<bool>> Idempotency::is_repeated() const {
    if (!key_) co_return false;
    co_return co_await answers_->has(*key_);
}

std::function<bool(Tx&)> Idempotency::is_repeated_in_tx() const {
    if (!key_) return {};
    return [answers = answers_, key = *key_](Tx& tx) { return answers->has(tx, key); };
}

awaitable<Result<void>> Idempotency::forget() const {
    if (!key_) co_return Result<void>{};
    co_return co_await answers_->forget(*key_);
}

}  // namespace ks::edge
