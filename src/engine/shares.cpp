#include "engine/shares.h"

#include "base/crypto.h"
#include "base/password.h"
#include "base/unicode.h"
#include "engine/journal.h"

#include <algorithm>

namespace ks::engine {

namespace {

Result<ShareView> view_for_owner(Tx& tx, Share share) {
    KS_TRY(auto view, view_of(tx, std::move(share)));
    view.recipients = tx.shares().recipient_names(view.share.id);
    return view;
}

Result<std::vector<ShareView>> views_of(Tx& tx, std::vector<Share> shares, Result<ShareView> (*view_as)(Tx&, Share)) {
    std::vector<ShareView> views;
    for (Share& share : shares) {
        KS_TRY(auto view, view_as(tx, std::move(share)));
        views.push_back(std::move(view));
    }
    return views;
}

Result<Share> own(std::optional<Share> share, const Actor& actor) {
    if (!share || !may_own(actor, share->owner_id)) return no_such_share();
    return std::move(*share);
}

// Returns the share of a link. Shares of a disabled account are hidden until the account is enabled.
std::optional<Share> find_by_token(Tx& tx, const std::string& token) {
    auto share = tx.shares().find(token);
    auto owner = share ? tx.users().find(share->owner_id) : std::nullopt;
    return owner && !owner->disabled ? share : std::nullopt;
}

// Resolves a user by id or name. Only administrators may name another user than themselves.
Result<UserId> find_owner(Tx& tx, const Actor& actor, const std::string& named) {
    auto id = UserId::parse(named);
    auto user = id ? tx.users().find(*id) : tx.users().find(clean_username(named).value_or(""));
    if (user && user->id == actor.user_id) return user->id;
    KS_CHECK(may_administer(actor));
    if (!user) return bad_field("owner", "There is no such user");
    return user->id;
}

// True if all allowed downloads are complete. Downloads in progress don't count: one may still abort.
bool is_used_up(const Share& share) { return share.max_downloads && share.download_count >= *share.max_downloads; }

// True if the guest needs no password: the share has none, the guest is the owner or a recipient, or has entered it in this visit.
bool is_unlocked(Tx& tx, const Share& share, const Guest& guest, Time now) {
    if (share.password_hash.empty() || guest.user == share.owner_id) return true;
    if (guest.user) {
        auto recipients = tx.shares().recipients(share.id);
        if (std::find(recipients.begin(), recipients.end(), *guest.user) != recipients.end()) return true;
    }
    if (!guest.cookie) return false;
    auto visitor = tx.shares().find_visitor(share.id, guest.key(), now);
    return visitor && visitor->unlocked;
}

// Unlocks the share for the rest of the visit, bound to the new cookie of the response: the request's cookie may be known to others, and
// an address may be shared by many people.
void unlock(Tx& tx, const Share& share, const Guest& guest, Time now) {
    if (guest.new_cookie.empty()) return;
    Visitor visitor = tx.shares().find_visitor(share.id, guest.new_key(), now).value_or(Visitor{share.id, guest.new_key(), now});
    visitor.unlocked = true;
    tx.shares().put_visitor(visitor);
}

}  // namespace

Shares::Shares(MetaStore& store, Offload& hashing, const Clock& clock) : store_(store), hashing_(hashing), clock_(clock) {}

awaitable<Result<std::string>> Shares::hash(std::optional<std::string> password) {
    if (!password) co_return std::string();
    if (password->empty() || password->size() > 1024) co_return bad_field("password", "The password must have 1 to 1024 bytes");
    auto work = [password = std::move(*password)]() -> Result<std::string> { return hash_password(normalize(password)); };
    co_return co_await offload(hashing_, std::move(work));
}

awaitable<Result<ShareView>> Shares::create(Actor actor, NewShare request, OnCreated<ShareView> hook) {
    if (request.expires_at && *request.expires_at <= clock_.now())
        co_return bad_field("expires_at", "\"expires_at\" must be in the future");
    KS_CO_TRY(auto password_hash, co_await hash(request.password));
    auto apply = [this, actor, request, password_hash, hook](Tx& tx) -> Result<ShareView> {
        auto file = tx.files().lock(request.file_id);  // its deletion tells the recipients of all its shares
        if (!file || !may_own(actor, file->owner_id)) return fail(ErrorCode::NotFound, "There is no such file");
        std::vector<UserId> recipients;
        for (const std::string& name : request.recipients) {
            auto user = tx.users().find(clean_username(name).value_or(""));
            if (!user) return bad_field("recipients", "There is no such user: " + name);
            if (user->id == actor.user_id) return bad_field("recipients", "You can't be a recipient of your own share");
            if (std::find(recipients.begin(), recipients.end(), user->id) == recipients.end()) recipients.push_back(user->id);
        }
        Time now = clock_.now();
        Share share{ShareId::make(), file->id, actor.user_id, random_token(18), request.expires_at, request.max_downloads};
        share.password_hash = password_hash;
        share.created_at = now;
        tx.shares().insert(share, recipients);
        append_event(tx, wire::FileShared{share.id, file->id, share.token}, {.owner = actor.user_id, .recipients = recipients}, now);
        KS_TRY(ShareView view, view_for_owner(tx, std::move(share)));
        return created(tx, std::move(view), hook);
    };
    auto made = co_await write(store_, std::move(apply));
    if (made) expiry_changed_();
    co_return made;
}

awaitable<Result<ShareView>> Shares::find(Actor actor, ShareId id) {
    auto look = [actor, id](Tx& tx) -> Result<ShareView> {
        KS_TRY(auto share, own(tx.shares().find(id), actor));
        return view_for_owner(tx, std::move(share));
    };
    return read(store_, std::move(look));
}

awaitable<Result<std::vector<ShareView>>> Shares::list(Actor actor, std::optional<std::string> named, std::optional<FileId> file,
                                                       Page page) {
    auto look = [actor, named, file, page](Tx& tx) -> Result<std::vector<ShareView>> {
        UserId owner = actor.user_id;
        if (named) {
            KS_TRY(owner, find_owner(tx, actor, *named));
        }
        return views_of(tx, tx.shares().list(owner, file, page), view_for_owner);
    };
    return read(store_, std::move(look));
}

awaitable<Result<std::vector<ShareView>>> Shares::received(Actor actor, Page page) {
    auto look = [this, actor, page](Tx& tx) { return views_of(tx, tx.shares().list_received(actor.user_id, clock_.now(), page), view_of); };
    return read(store_, std::move(look));
}

awaitable<Result<void>> Shares::leave(Actor actor, ShareId id) {
    auto apply = [actor, id](Tx& tx) -> Result<void> {
        if (!tx.shares().remove_recipient(id, actor.user_id)) return no_such_share();
        return {};
    };
    return write(store_, std::move(apply));
}

awaitable<Result<ShareView>> Shares::change(Actor actor, ShareId id, ShareChange change) {
    std::optional<std::string> password_hash;
    if (change.password) {
        KS_CO_TRY(password_hash, co_await hash(*change.password));
    }
    auto apply = [this, actor, id, change, password_hash](Tx& tx) -> Result<ShareView> {
        KS_TRY(auto share, own(tx.shares().lock(id), actor));
        Time now = clock_.now();
        if (change.expires_at) share.expires_at = *change.expires_at;
        if (change.max_downloads) share.max_downloads = *change.max_downloads;
        if (password_hash) {
            share.password_hash = *password_hash;
            tx.shares().lock_visitors(id);
        }
        if (!share.has_ended(now)) share.ended_at.reset();
        tx.shares().update(share);
        append_event(tx, wire::ShareChanged{share.id, share.file_id}, event_context_of(tx, share), now);
        if (share.has_ended(now)) end_share(tx, share, now);
        return view_for_owner(tx, std::move(share));
    };
    auto changed = co_await write(store_, std::move(apply));
    if (changed) expiry_changed_();
    co_return changed;
}

awaitable<Result<void>> Shares::remove(Actor actor, ShareId id) {
    auto apply = [this, actor, id](Tx& tx) -> Result<void> {
        auto share = tx.shares().lock(id);
        if (!share || !may_end_share(actor, share->owner_id)) return no_such_share();
        end_share(tx, *share, clock_.now());
        tx.shares().remove(id);
        return {};
    };
    return write(store_, std::move(apply));
}

awaitable<Result<void>> Shares::check_password(std::string token, std::optional<std::string> password, Guest guest, Wants wants) {
    auto look = [this, token, guest, wants](Tx& tx) -> Result<std::string> {
        auto share = find_by_token(tx, token);
        if (!share) return no_such_share();
        // An ended share reports GONE before the password. A used-up share still serves content to visitors with a counted download.
        if (share->state(clock_.now()) == ShareState::Expired || (is_used_up(*share) && wants == Wants::Visit)) return share_is_gone();
        return is_unlocked(tx, *share, guest, clock_.now()) ? "" : share->password_hash;
    };
    KS_CO_TRY(auto password_hash, co_await read(store_, std::move(look)));
    if (password_hash.empty()) co_return Result<void>{};
    if (!password) co_return fail(ErrorCode::InvalidCredentials, "This share requires a password");
    auto compare = [password = *password, password_hash]() -> Result<bool> {
        if (password.size() > 1024) return false;
        // Also compare the password as typed: version 0.1 hashed it without normalization.
        std::string normalized = normalize(password);
        return password_matches(normalized, password_hash) || (normalized != password && password_matches(password, password_hash));
    };
    KS_CO_TRY(bool right, co_await offload(hashing_, std::move(compare)));
    if (!right) co_return fail(ErrorCode::InvalidCredentials, "Wrong password");
    co_return Result<void>{};
}

awaitable<Result<ShareView>> Shares::open_share(std::string token, std::optional<std::string> password, Guest guest) {
    bool gave_password = password.has_value();
    KS_CO_CHECK(co_await check_password(token, std::move(password), guest, Wants::Visit));
    auto see = [this, token, guest, gave_password](Tx& tx) -> Result<ShareView> {
        auto share = find_by_token(tx, token);
        if (share) share = tx.shares().lock(share->id);
        if (!share) return no_such_share();
        Time now = clock_.now();
        if (share->state(now) == ShareState::Expired || is_used_up(*share)) return share_is_gone();
        bool busy = share->limit_reached() && guest.user != share->owner_id;
        if (busy && !tx.downloads().find_newest(share->id, guest.key())) return share_is_busy();
        KS_TRY(auto view, view_of(tx, std::move(*share)));
        visit(tx, view.share, view.file, guest, now);
        if (gave_password && !view.share.password_hash.empty()) unlock(tx, view.share, guest, now);
        return view;
    };
    co_return co_await write(store_, std::move(see));
}

awaitable<Result<ShareView>> Shares::authorize_download(std::string token, std::optional<std::string> password, Guest guest) {
    KS_CO_CHECK(co_await check_password(token, std::move(password), guest, Wants::Content));
    auto see = [token](Tx& tx) -> Result<ShareView> {
        auto share = find_by_token(tx, token);
        if (!share) return no_such_share();
        return view_of(tx, std::move(*share));
    };
    co_return co_await read(store_, std::move(see));
}

awaitable<Result<WatchedShare>> Shares::resolve_for_watch(std::string token, std::optional<std::string> password, Guest guest) {
    auto look = [this, token](Tx& tx) -> Result<ShareId> {
        auto share = find_by_token(tx, token);
        if (!share || share->ended_at || share->has_ended(clock_.now())) return no_such_share();
        return share->id;
    };
    KS_CO_TRY(auto id, co_await read(store_, std::move(look)));
    auto allowed = co_await check_password(token, std::move(password), guest, Wants::Content);
    co_return WatchedShare{id, allowed.has_value()};
}

awaitable<Result<void>> Shares::warn_of_guesses(std::string token) {
    auto tell = [this, token](Tx& tx) -> Result<void> {
        auto share = tx.shares().find(token);
        auto file = share ? tx.files().find(share->file_id) : std::nullopt;
        if (!file || share->password_hash.empty()) return no_such_share();
        wire::SystemNotification warning{"Too many wrong passwords for your link to " + file->filename +
                                             ": somebody may be guessing. Attempts are blocked for a while; consider revoking the link or "
                                             "changing its password",
                                         Level::Warning};
        append_event(tx, std::move(warning), {.owner = share->owner_id, .owner_alone = true}, clock_.now());
        return {};
    };
    return write(store_, std::move(tell));
}

awaitable<Result<bool>> Shares::is_active(ShareId id) {
    auto look = [id](Tx& tx) -> Result<bool> {
        auto share = tx.shares().find(id);
        return share && !share->ended_at;
    };
    return read(store_, std::move(look));
}

awaitable<Result<std::optional<Time>>> Shares::expire_due(int limit) {
    auto expire = [this, limit](Tx& tx) -> Result<std::optional<Time>> {
        Time now = clock_.now();
        for (const Share& share : tx.shares().lock_due(now, limit)) end_share(tx, share, now);
        return tx.shares().next_expiry();
    };
    return write(store_, std::move(expire));
}

}  // namespace ks::engine
