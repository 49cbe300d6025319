#include "engine/local_presence.h"

#include "base/log.h"
#include "runtime/event_loops.h"

namespace ks::engine {

struct LocalPresence::Entry final : WheelTimer {
    Entry(LocalPresence& presence, UserId user, std::string username) : presence(presence), user(user), username(std::move(username)) {}
    void on_deadline(Steady::time_point) override { presence.leave(user); }

    LocalPresence& presence;
    const UserId user;
    const std::string username;
    std::size_t connections = 0;
    std::uint64_t arrived = 0;  // sequence number of the arrival, see moves_
};

LocalPresence::LocalPresence(asio::io_context& loop, TimerWheel& wheel, MetaStore& store, Bus& bus, const Clock& clock,
                             PresenceSettings settings)
    : loop_(loop), wheel_(wheel), store_(store), bus_(bus), clock_(clock), settings_(settings) {}

LocalPresence::~LocalPresence() = default;

void LocalPresence::connected(const UserId& user, const std::string& username) {
    auto& entry = online_[user];
    bool arrives = !entry;
    if (arrives) {
        entry = std::make_unique<Entry>(*this, user, username);
        entry->arrived = ++moves_;
    }
    entry->disarm();
    ++entry->connections;
    if (!arrives || settings_.policy == PresencePolicy::Off) return;
    // Announce synchronously if no lookup and no pending leave is involved: clients that connect from now on see the user online.
    if (settings_.policy == PresencePolicy::Everyone && !leaving_.contains(user)) return say(user, username, true, {.self = user});
    spawn(loop_.get_executor(), announce(user, username, true, entry->arrived), "presence");
}

void LocalPresence::disconnected(const UserId& user) {
    auto found = online_.find(user);
    KS_ASSERT(found != online_.end() && found->second->connections > 0);
    if (--found->second->connections == 0) wheel_.arm(*found->second, Steady::now() + settings_.offline_grace);
}

void LocalPresence::leave(const UserId& user) {
    auto entry = online_.extract(user);
    leaving_.insert(user);
    spawn(loop_.get_executor(), announce(user, entry.mapped()->username, false, ++moves_), "presence");
}

awaitable<void> LocalPresence::announce(UserId user, std::string username, bool online, std::uint64_t move) {
    auto look = [this, user](Tx& tx) -> Result<std::vector<UserId>> {
        if (settings_.policy != PresencePolicy::Contacts) return std::vector<UserId>{};
        return tx.users().contacts(user, clock_.now());
    };
    auto note = [this, user, look](Tx& tx) -> Result<std::vector<UserId>> {
        tx.users().set_last_seen(user, clock_.now());
        return look(tx);
    };
    // An arrival is read in the order of the writes, so that a return is announced after the preceding leave.
    Result<std::vector<UserId>> contacts;
    if (online) {
        contacts = co_await read_in_order(store_, std::move(look));
    } else {
        contacts = co_await write(store_, std::move(note));
        leaving_.erase(leaving_.find(user));
    }
    if (!contacts) {
        log::warning("publishing presence failed", {{"reason", contacts.error().detail}});
        co_return;
    }
    if (settings_.policy == PresencePolicy::Off) co_return;
    EventContext context{.self = user};
    if (settings_.policy == PresencePolicy::Contacts) {
        // Contacts that connected after this change already saw the result.
        auto came_later = [this, move](const UserId& id) {
            auto found = online_.find(id);
            return found != online_.end() && found->second->arrived > move;
        };
        std::erase_if(*contacts, came_later);
        context.contacts = std::move(*contacts);
    }
    say(user, username, online, context);
}

void LocalPresence::say(const UserId& user, const std::string& username, bool online, const EventContext& context) {
    BusMessagePtr message = std::make_shared<const BusMessage>(presence_delivery(user, username, online, context, clock_.now()));
    bus_.publish({&message, 1});
}

awaitable<Result<void>> LocalPresence::admit(std::vector<ConnectionKey>) { co_return Result<void>{}; }

awaitable<Result<std::vector<PresenceRow>>> LocalPresence::list(Actor actor, Page page) {
    auto look = [this, actor, page](Tx& tx) -> Result<std::vector<User>> {
        return visible_users(tx, settings_.policy, actor, page, clock_.now());
    };
    KS_CO_TRY(auto users, co_await read(store_, std::move(look)));
    auto check = [this, users = std::move(users)]() -> Result<std::vector<PresenceRow>> {
        std::vector<PresenceRow> rows;
        for (const User& user : users) rows.push_back({user, online_.contains(user.id)});
        return rows;
    };
    co_return co_await run_on(loop_, std::move(check));
}

awaitable<Result<ConnectionTotals>> LocalPresence::totals() {
    auto count = [this]() -> Result<ConnectionTotals> {
        ConnectionTotals totals{.connections = connections_};
        for (const auto& [user, entry] : online_) {
            if (entry->connections > 0) totals.by_user.emplace_back(user, static_cast<std::int64_t>(entry->connections));
        }
        return totals;
    };
    co_return co_await run_on(loop_, std::move(count));
}

}  // namespace ks::engine
