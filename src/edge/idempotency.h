#pragma once

#include "edge/request_context.h"
#include "engine/on_created.h"

#include <string>
#include <utility>

namespace ks::edge {

// Idempotency-Key handling of one request. Without the header every lookup is empty and nothing is stored.
class Idempotency {
public:
    static constexpr std::string_view field = "Idempotency-Key";

    // `content` identifies the request in addition to its method and target. Errors: INVALID_REQUEST for a malformed key.
    static Result<Idempotency> of(const RequestContext& call, const UserId& caller, std::string_view content = {});

    // Returns the stored response to an earlier request with the same key, if any. Errors: CONFLICT if that request differs from this one.
    awaitable<Result<HandlerResponse>> answer() const;
    // Call after a failure, as a concurrent request with the same key may have won. Returns its response, otherwise `error`.
    awaitable<Result<HandlerResponse>> answer_or(Error error) const;

    // Returns whether a response is stored under this key, for any request.
    awaitable<Result<bool>> is_repeated() const;
    std::function<bool(Tx&)> is_repeated_in_tx() const;
    void add_content(std::string_view content) { request_.append(content); }

    // Returns a callback that stores the response `answer_of(created)` in the creating transaction, so that it exists exactly if the
    // creation committed.
    template <class Created, class AnswerOf>
    engine::OnCreated<Created> on_created(AnswerOf answer_of) const {
        if (!key_) return {};
        return [answers = answers_, key = *key_, request = request_, answer_of = std::move(answer_of)](Tx& tx, const Created& created) {
            return answers->keep(tx, key, request, to_text(answer_of(created)));
        };
    }
    awaitable<Result<void>> forget() const;

private:
    explicit Idempotency(engine::IdempotentResponses& answers) : answers_(&answers) {}
    static std::string to_text(const net::Response& response);

    engine::IdempotentResponses* answers_;
    std::optional<engine::IdempotencyKey> key_{};
    std::string request_{};
};

}  // namespace ks::edge
