#include "engine/notices.h"

#include "engine/journal.h"

namespace ks {

awaitable<Result<void>> Notices::post(Actor actor, std::string message, Level level) {
    KS_CO_CHECK(may_administer(actor));
    if (message.empty() || message.size() > 4096) co_return bad_field("message", "A notice has 1 to 4096 bytes");
    auto apply = [this, message, level](Tx& tx) -> Result<void> {
        record(tx, wire::SystemNotification{message, level}, {}, clock_.now());
        return {};
    };
    co_return co_await write(store_, std::move(apply));
}

}  // namespace ks
