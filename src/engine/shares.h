#pragma once

#include "base/clock.h"
#include "engine/share_view.h"
#include "engine/on_created.h"
#include "engine/visits.h"
#include "model/access.h"
#include "ports/meta_store.h"
#include "runtime/offload.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ks {

// The outer optional: is it given? The inner: null takes the limit away.
template <class Value>
using Change = std::optional<std::optional<Value>>;

struct ShareChange {
    Change<Time> expires_at{};
    Change<std::uint64_t> max_downloads{};
    Change<std::string> password{};
};

struct NewShare {
    FileId file_id;
    std::optional<Time> expires_at{};
    std::optional<std::uint64_t> max_downloads{};
    std::optional<std::string> password{};
    std::vector<std::string> recipients{};
};

class Shares {
public:
    Shares(MetaStore& store, Offload& hashing, const Clock& clock);

    // Called after a change that may have brought the next expiry nearer.
    void on_new_expiry(std::function<void()> listener) { expiry_changed_ = std::move(listener); }

    awaitable<Result<ShareView>> create(Actor actor, NewShare request, OnCreated<ShareView> hook = {});
    awaitable<Result<ShareView>> find(Actor actor, ShareId id);
    // `owner`: the id or name of another user, for administrators; otherwise the caller's own.
    awaitable<Result<std::vector<ShareView>>> list(Actor actor, std::optional<std::string> owner, std::optional<FileId> file, Page page);
    awaitable<Result<std::vector<ShareView>>> received(Actor actor, Page page);
    awaitable<Result<void>> leave(Actor actor, ShareId id);  // the actor is no recipient any more; NOT_FOUND for who is none
    awaitable<Result<ShareView>> change(Actor actor, ShareId id, ShareChange change);  // ShareExpired when it ends by that
    awaitable<Result<void>> remove(Actor actor, ShareId id);                           // ShareExpired when it was alive

    // What a visitor with the token sees. NOT_FOUND, GONE, INVALID_CREDENTIALS for a missing or wrong password; a guest that has unlocked
    // the share in this visit needs none. Counts as a visit; the right password unlocks the share for the guest's cookie.
    awaitable<Result<ShareView>> look(std::string token, std::optional<std::string> password, Guest guest);

    // The share and its file for a download, as for look() but without a visit, and for an ended share too: Downloads decides.
    awaitable<Result<ShareView>> peek(std::string token, std::optional<std::string> password, Guest guest);

    // The share that a connection wants to watch; `unlocked`: may it see more than the end?
    awaitable<Result<std::pair<ShareId, bool>>> watch(std::string token, std::optional<std::string> password, Guest guest);

    awaitable<Result<bool>> is_living(ShareId id);

    // Somebody guesses at the share's password: tells its owner, with a notice to the owner alone.
    awaitable<Result<void>> warn_of_guesses(std::string token);

    // Ends up to `limit` shares whose time is past. How many it were, and when the next is due.
    awaitable<Result<std::pair<int, std::optional<Time>>>> expire_due(int limit);

private:
    enum class Wants : std::uint8_t { Visit, Content };

    awaitable<Result<std::string>> hash(std::optional<std::string> password);
    awaitable<Result<void>> check_password(std::string token, std::optional<std::string> password, Guest guest, Wants wants);

    MetaStore& store_;
    Offload& hashing_;
    const Clock& clock_;
    std::function<void()> expiry_changed_ = [] {};
};

}  // namespace ks
