#include "engine/system_notifications.h"

#include "engine/journal.h"

namespace ks::engine {

awaitable<Result<void>> SystemNotifications::post(Actor actor, std::string message, Level level, OnCreated<wire::SystemNotification> hook) {
    KS_CO_CHECK(may_administer(actor));
    if (message.empty() || message.size() > 4096) co_return bad_field("message", "\"message\" must have 1 to 4096 bytes");
    auto apply = [this, notice = wire::SystemNotification{message, level}, hook](Tx& tx) -> Result<void> {
        append_event(tx, notice, {}, clock_.now());
        return hook ? hook(tx, notice) : Result<void>{};
    };
    co_return co_await write(store_, std::move(apply));
}

}  // namespace ks::engine
