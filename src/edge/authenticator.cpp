#include "edge/authenticator.h"

#include "runtime/event_loops.h"

namespace ks::edge {

awaitable<Admission> Authenticator::admit(std::string address, std::optional<Actor> user) {
    auto admit = [this, address, user] { return registry_.admit(address, user); };
    auto admission = co_await run_on(registry_loop_, std::move(admit));
    if (!admission.slot.address) co_return admission;
    std::vector<ConnectionKey> keys{std::move(address)};
    if (admission.slot.user) keys.emplace_back(user->user_id);
    auto admitted = co_await presence_.admit(std::move(keys));
    if (!admitted) {
        admission.slot.user = {};
        admission.refusal = std::move(admitted.error());
    }
    if (tails_ && admission.slot.user) admission.events_after = co_await tails_->open(user->user_id);
    co_return admission;
}

awaitable<Authenticator::Verdict> Authenticator::verify(std::string token, bool is_counted) {
    auto actor = co_await sessions_.authenticate(std::move(token));
    Verdict verdict{std::move(actor)};
    if (!verdict.actor || is_counted) co_return verdict;
    auto sign_in = [this, user = *verdict.actor] { return registry_.sign_in(user); };
    auto place = co_await run_on(registry_loop_, std::move(sign_in));
    if (place) {
        std::vector<ConnectionKey> keys{verdict.actor->user_id};
        auto admitted = co_await presence_.admit(std::move(keys));
        if (!admitted) place = tl::unexpected(std::move(admitted.error()));
    }
    if (!place) {
        verdict.actor = tl::unexpected(std::move(place.error()));
        co_return verdict;
    }
    verdict.place = std::move(*place);
    if (tails_) verdict.events_after = co_await tails_->open(verdict.actor->user_id);
    co_return verdict;
}

}  // namespace ks::edge
