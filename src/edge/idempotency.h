#pragma once

#include "edge/call.h"
#include "engine/on_created.h"

#include <string>
#include <utility>

namespace ks {

// A request that may carry an Idempotency-Key. Without one, nothing is kept and nothing is found.
class Idempotency {
public:
    static constexpr std::string_view field = "Idempotency-Key";

    // INVALID_REQUEST for a key that is none. `content` is what makes the request another one beside its method and target.
    static Result<Idempotency> of(const Call& call, const UserId& caller, std::string_view content = {});

    // The answer to an earlier request with the same key, if there is one. CONFLICT when that was another request.
    awaitable<Result<Answer>> answer() const;
    // After a failure: another request with the same key may have been faster.
    awaitable<Result<Answer>> answer_or(Error error) const;

    // Whether there is an answer to this key, to whatever request.
    awaitable<Result<bool>> is_repeated() const;
    std::function<bool(Tx&)> is_repeated_in_tx() const;
    void add_content(std::string_view content) { request_.append(content); }

    // Keeps the answer that `answer_of` makes of what is created.
    template <class Created, class AnswerOf>
    OnCreated<Created> on_created(AnswerOf answer_of) const {
        if (!key_) return {};
        return [answers = answers_, key = *key_, request = request_, answer_of = std::move(answer_of)](Tx& tx, const Created& created) {
            return answers->keep(tx, key, request, to_text(answer_of(created)));
        };
    }
    awaitable<Result<void>> forget() const;

private:
    explicit Idempotency(KeptAnswers& answers) : answers_(&answers) {}
    static std::string to_text(const net::Response& response);

    KeptAnswers* answers_;
    std::optional<IdempotencyKey> key_{};
    std::string request_{};
};

}  // namespace ks
