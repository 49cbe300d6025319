#pragma once

#include "base/clock.h"
#include "edge/guess_limit.h"
#include "edge/realtime.h"
#include "engine/access_tokens.h"
#include "engine/account_deletion.h"
#include "engine/download_monitor.h"
#include "engine/downloads.h"
#include "engine/files.h"
#include "engine/idempotent_responses.h"
#include "engine/invitations.h"
#include "engine/nodes.h"
#include "engine/password_resets.h"
#include "engine/system_notifications.h"
#include "engine/presence.h"
#include "engine/registration.h"
#include "engine/resumable_uploads.h"
#include "engine/shares.h"
#include "engine/request_cache.h"
#include "engine/uploads.h"
#include "engine/users.h"
#include "model/effective_setting.h"
#include "net/base_url.h"
#include "ports/blob_store.h"

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::edge {

struct EdgeSettings {
    std::optional<net::BaseUrl> public_url{};    // server.public_url; nullopt: derived from each request
    net::BaseUrl local_url{};                    // for requests without a Host
    std::vector<std::string> trusted_proxies{};  // addresses or CIDR networks
    double login_attempts_per_minute = 0;
    double share_password_attempts_per_minute = 0;
    double share_password_attempts_per_hour = 0;
    double http_requests_per_second = 0;
    double http_request_burst = 0;
    std::vector<std::string> cors_origins{};  // as browsers send the Origin header
    bool redirects_downloads = false;         // see BlobStore::temporary_url()
    bool metrics_for_all = false;
    std::string visit_cookie_key{};             // signs ks_visit
    std::string guess_hash_key{};               // see GuessLimit
    std::vector<EffectiveSetting> effective{};  // every setting of the process, including those of other modules

    std::string_view prefix() const { return public_url ? std::string_view(public_url->prefix) : std::string_view(); }
};

// Counters since process start, exported by /metrics. Thread-safe.
struct Counters {
    std::atomic<std::uint64_t> http_requests{0};
    std::atomic<std::uint64_t> http_errors{0};  // responses with status 500 or above
    std::atomic<std::uint64_t> websockets{0};
};

// Services and state shared by all route handlers. Thread-safe unless noted; must outlive the server.
struct App {
    engine::Registration& registration;
    engine::Sessions& sessions;
    engine::Passwords& passwords;
    engine::PasswordResets& password_resets;
    engine::AccessTokens& access_tokens;
    engine::Users& users;
    engine::Invitations& invitations;
    engine::AccountDeletion& account_deletion;
    engine::Files& files;
    engine::Uploads& uploads;
    engine::ResumableUploads& resumable;
    engine::Shares& shares;
    engine::Downloads& downloads;
    engine::DownloadMonitor& download_monitor;  // loop 0 only
    engine::Nodes& nodes;
    engine::SystemNotifications& notifications;
    engine::Presence& presence;
    Realtime& realtime;
    BlobStore& blobs;
    engine::IdempotentResponses& kept_answers;
    const Clock& clock;
    std::vector<engine::RequestCache>& request_cache;  // indexed by loop
    MetaStore& store;                                  // of guess limits
    const EdgeSettings settings;

    RateLimit request_limiter{Rate{settings.http_requests_per_second, settings.http_request_burst}};
    RateLimit uploads_in_turn{Rate{settings.http_requests_per_second, settings.http_request_burst}};  // key: user
    // Keys: account and network, network.
    GuessLimit account_passwords{{settings.login_attempts_per_minute / 60, settings.login_attempts_per_minute},
                                 {settings.login_attempts_per_minute / 6, settings.login_attempts_per_minute * 10},
                                 shared_guesses("account password")};
    // Keys: share and network, share; the latter bounds distributed guessing.
    GuessLimit share_passwords{{settings.share_password_attempts_per_minute / 60, settings.share_password_attempts_per_minute},
                               {settings.share_password_attempts_per_hour / 3600, settings.share_password_attempts_per_hour},
                               shared_guesses("share password")};
    RateLimit share_password_warnings{Rate{1.0 / 3600, 1}};  // key: share; limits warnings to the owner
    Counters counters{};
    std::atomic<bool> stopping{false};
    bool looks_for_slow_downloads = false;  // loop 0 only

    std::optional<GuessLimit::Shared> shared_guesses(const char* kind) const {
        if (!store.is_shared()) return std::nullopt;
        return GuessLimit::Shared{store, settings.guess_hash_key, kind};
    }
};

}  // namespace ks::edge
