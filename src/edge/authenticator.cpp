#include "edge/authenticator.h"

#include "runtime/event_loops.h"

namespace ks::edge {

awaitable<Admission> Authenticator::admit(std::string address, std::optional<Actor> user) {
    auto admit = [this, address = std::move(address), user] { return registry_.admit(address, user); };
    auto admission = co_await run_on(registry_loop_, std::move(admit));
    if (tails_ && admission.slot.user) admission.events_after = co_await tails_->open(user->user_id);
    co_return admission;
}

awaitable<Authenticator::Verdict> Authenticator::verify(std::string token, bool is_counted) {
    auto actor = co_await sessions_.authenticate(std::move(token));
    Verdict verdict{std::move(actor)};
    if (!verdict.actor || is_counted) co_return verdict;
    auto sign_in = [this, user = *verdict.actor] { return registry_.sign_in(user); };
    auto signed_in = co_await run_on(registry_loop_, std::move(sign_in));
    if (signed_in) {
        verdict.place = std::move(*signed_in);
        if (tails_) verdict.events_after = co_await tails_->open(verdict.actor->user_id);
    } else {
        verdict.actor = tl::unexpected(std::move(signed_in.error()));
    }
    co_return verdict;
}

}  // namespace ks::edge
