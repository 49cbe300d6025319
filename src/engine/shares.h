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

namespace ks::engine {

// Field of a PATCH. Outer nullopt: leave unchanged. Inner nullopt: remove the limit.
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

struct WatchedShare {
    ShareId id;
    bool unlocked;  // false: the guest may only see its end
};

// Shares: links to files, with expiry, download limit, password and recipients. Thread: any, once on_new_expiry() is set.
class Shares {
public:
    Shares(MetaStore& store, Offload& hashing, const Clock& clock);

    // Sets the listener called after a change that may have moved the next expiry forward. Set before concurrent use.
    void on_new_expiry(std::function<void()> listener) { expiry_changed_ = std::move(listener); }

    awaitable<Result<ShareView>> create(Actor actor, NewShare request, OnCreated<ShareView> hook = {});
    awaitable<Result<ShareView>> find(Actor actor, ShareId id);
    // `owner`: id or name of another user, administrators only; nullopt: the actor.
    awaitable<Result<std::vector<ShareView>>> list(Actor actor, std::optional<std::string> owner, std::optional<FileId> file, Page page);
    awaitable<Result<std::vector<ShareView>>> received(Actor actor, Page page);
    awaitable<Result<void>> leave(Actor actor, ShareId id);  // removes the actor from the recipients; NOT_FOUND if not among them
    awaitable<Result<ShareView>> change(Actor actor, ShareId id, ShareChange change);  // records ShareExpired if it ends the share
    awaitable<Result<void>> remove(Actor actor, ShareId id);                           // records ShareExpired if it was active

    // Returns the share for a visitor and records a visit. NOT_FOUND, GONE; INVALID_CREDENTIALS for a missing or wrong password, unless the
    // guest has unlocked the share in this visit. The right password unlocks the share for the guest's new cookie.
    awaitable<Result<ShareView>> open_share(std::string token, std::optional<std::string> password, Guest guest);

    // Authorizes a download: as open_share(), but without a visit, and also for a share without downloads left: Downloads decides.
    awaitable<Result<ShareView>> authorize_download(std::string token, std::optional<std::string> password, Guest guest);

    // Resolves a share for a subscription.
    awaitable<Result<WatchedShare>> resolve_for_watch(std::string token, std::optional<std::string> password, Guest guest);

    awaitable<Result<bool>> is_active(ShareId id);

    // Sends the owner a notification about password guessing on the share.
    awaitable<Result<void>> warn_of_guesses(std::string token);

    // Ends up to `limit` expired shares. Returns the time of the next expiry, if any.
    awaitable<Result<std::optional<Time>>> expire_due(int limit);

private:
    enum class Wants : std::uint8_t { Visit, Content };

    awaitable<Result<std::string>> hash(std::optional<std::string> password);
    awaitable<Result<void>> check_password(std::string token, std::optional<std::string> password, Guest guest, Wants wants);

    MetaStore& store_;
    Offload& hashing_;
    const Clock& clock_;
    std::function<void()> expiry_changed_ = [] {};
};

}  // namespace ks::engine
