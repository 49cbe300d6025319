#include "main/assemble.h"

#include "base/crypto.h"
#include "base/log.h"
#include "edge/app.h"
#include "edge/server.h"
#include "engine/cluster_presence.h"
#include "engine/history.h"
#include "engine/janitor.h"
#include "engine/local_presence.h"
#include "engine/nodes.h"
#include "engine/revocation_watch.h"
#include "main/adapters.h"
#include "main/data_dir.h"
#include "main/exit_with_error.h"
#include "main/settings_texts.h"
#include "main/shutdown_signals.h"
#include "net/authority.h"
#include "net/http_server.h"

#include <boost/asio/ip/host_name.hpp>

#include <charconv>
#include <cstdio>
#include <future>
#include <sched.h>
#include <thread>

namespace ks::main {

namespace {

struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;
};

Result<ListenAddress> parse_listen(const std::string& text) {
    auto wrong =
        fail(ErrorCode::InvalidRequest, "--listen: \"" + text + "\" is not allowed; it must be HOST:PORT like 127.0.0.1:8080 or [::]:8080");
    auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return wrong;
    ListenAddress address{text.substr(0, colon)};
    const char* first = text.data() + colon + 1;
    const char* last = text.data() + text.size();
    auto [end, error] = std::from_chars(first, last, address.port);
    if (error != std::errc{} || end != last) return wrong;
    if (address.host.front() == '[' && address.host.back() == ']') address.host = address.host.substr(1, address.host.size() - 2);
    return address;
}

engine::RegistrationPolicy registration_policy(const Config& config) {
    if (config.auth.registration == "open") return engine::RegistrationPolicy::Open;
    return config.auth.registration == "invite" ? engine::RegistrationPolicy::Invite : engine::RegistrationPolicy::Closed;
}

engine::PresenceSettings presence_settings(const Config& config) {
    engine::PresenceSettings settings{.offline_grace = config.realtime.offline_grace};
    if (config.realtime.presence == "contacts") settings.policy = engine::PresencePolicy::Contacts;
    if (config.realtime.presence == "off") settings.policy = engine::PresencePolicy::Off;
    return settings;
}

// Returns the number of CPUs in the affinity mask; hardware_concurrency() may count all CPUs of the machine.
unsigned usable_cores() {
    cpu_set_t cores;
    return ::sched_getaffinity(0, sizeof cores, &cores) == 0 ? static_cast<unsigned>(CPU_COUNT(&cores))
                                                             : std::max(1U, std::thread::hardware_concurrency());
}

// Decides whether to batch sends with io_uring: "auto" follows kernel support. Errors: INVALID_REQUEST for "on" without it.
Result<bool> choose_io_uring(const std::string& word) {
    if (word == "off") return false;
    auto refusal = net::io_uring_refusal();
    if (!refusal) return true;
    if (word == "auto") return false;
    return fail(ErrorCode::InvalidRequest,
                "realtime.io_uring: \"on\" is not allowed: the kernel refuses io_uring (" + *refusal + "); it must be auto or off");
}

edge::RealtimeSettings realtime_settings(const Config& config, bool io_uring) {
    edge::RealtimeSettings settings;
    settings.session = {{static_cast<double>(config.realtime.messages_per_second), static_cast<double>(config.realtime.message_burst)},
                        config.realtime.anonymous,
                        config.realtime.auth_timeout};
    settings.socket.max_message_bytes = config.realtime.max_message_bytes;
    settings.socket.max_queued_bytes = config.realtime.max_queued_bytes;
    settings.socket.ping_interval = config.realtime.ping_interval;
    settings.socket.idle_timeout = config.realtime.idle_timeout;
    settings.io_uring = io_uring;
    return settings;
}

engine::UploadSettings upload_settings(const Config& config) {
    return {config.uploads.max_file_bytes, config.uploads.quota_bytes, config.realtime.progress_interval, config.uploads.expire_unfinished};
}

engine::JanitorSettings janitor_settings(const Config& config) {
    engine::JanitorSettings settings{.journal_retention = config.realtime.journal_retention};
    // With a short retention, sweep often enough that data is removed soon after it expires.
    Duration shortest = std::min<Duration>(config.uploads.expire_unfinished, config.realtime.journal_retention);
    settings.sweep_interval = std::clamp<Duration>(shortest / 2, std::chrono::seconds(1), settings.sweep_interval);
    return settings;
}

// Keys derived from auth.jwt_secret, the same on each node.
struct DerivedKeys {
    explicit DerivedKeys(const std::string& jwt_secret)
        : visit_cookies(hmac_sha256(jwt_secret, "ks_visit")),
          guesses(hmac_sha256(jwt_secret, "ks_guesses")),
          setup(hmac_sha256(jwt_secret, "ks_setup")),
          check(hmac_sha256(jwt_secret, "ks_check")) {}

    const std::string visit_cookies;
    const std::string guesses;
    const std::string setup;
    const std::string check;  // kept in the database, to compare the secrets of its nodes
};

edge::EdgeSettings edge_settings(const Config& config, std::uint16_t port, const DerivedKeys& keys) {
    edge::EdgeSettings settings;
    settings.visit_cookie_key = keys.visit_cookies;
    settings.guess_hash_key = keys.guesses;
    settings.public_url = net::BaseUrl::parse(config.server.public_url);
    settings.local_url = {.authority = net::normalized_authority("localhost:" + std::to_string(port), false)};
    settings.trusted_proxies = config.server.trusted_proxies;
    settings.login_attempts_per_minute = static_cast<double>(config.auth.login_attempts_per_minute);
    settings.share_password_attempts_per_minute = static_cast<double>(config.shares.password_attempts_per_minute);
    settings.share_password_attempts_per_hour = static_cast<double>(config.shares.password_attempts_per_hour);
    settings.http_requests_per_second = static_cast<double>(config.http.requests_per_second);
    settings.http_request_burst = static_cast<double>(config.http.request_burst);
    settings.cors_origins = config.http.cors_origins;
    settings.redirects_downloads = config.blobs.redirect;
    settings.metrics_for_all = config.server.metrics_for_all;
    settings.effective = effective_settings(config);
    for (auto& [key, value, default_value, is_default] : settings.effective) {
        if (is_default && key == "server.threads") value = std::to_string(usable_cores());
    }
    return settings;
}

// A running server: all services, declared in dependency order, so that each is destroyed before its dependencies. Coroutines on the loops
// refer to all of them: the destructor ends the coroutines before any service is destroyed.
class Instance {
public:
    Instance(const Config& config, std::string jwt_secret, bool io_uring)
        : config_(config),
          keys_(jwt_secret),
          loops_(config.server.threads ? static_cast<unsigned>(config.server.threads) : usable_cores()),
          signals_(loops_.loop(0)),
          disk_(4, 1024),
          sign_ins_(2, 64, Offload::Priority::Background),
          hashing_(1, 64, Offload::Priority::Background),
          digests_(usable_cores() > 1 ? loops_.count() : 0, 1024),  // 0 on a single CPU, where offloading only adds context switches
          magic_(1, 10'000),
          adapters_(open_adapters(config, jwt_secret, disk_)),
          kept_answers_(store_, clock_, jwt_secret),
          sessions_(store_, password_hashing_, clock_, {jwt_secret, config.auth.access_token_ttl, config.auth.refresh_token_ttl}),
          registration_(store_, password_hashing_, sessions_, clock_, registration_policy(config), keys_.setup),
          passwords_(store_, password_hashing_, sessions_, clock_),
          password_resets_(store_, clock_),
          access_tokens_(store_, passwords_, clock_, std::move(jwt_secret)),
          users_(store_, clock_),
          invitations_(store_, clock_),
          reaper_(store_, blobs_),
          files_(store_, blobs_, reaper_, clock_),
          account_deletion_(store_, files_),
          types_(blobs_, magic_),
          uploads_({store_, blobs_, reaper_, bus_, clock_, digests_, types_, loops_.loop(0), node_, upload_settings(config)}),
          resumable_(uploads_),
          shares_(store_, hashing_, clock_),
          downloads_(store_, clock_, node_),
          download_monitor_(bus_, clock_, config.realtime.progress_interval),
          notifications_(store_, clock_),
          history_(store_),
          tails_(is_alone_ ? nullptr : std::make_unique<engine::StreamTails>(loops_.wheel(0), store_, bus_, deliver_)),
          presence_(make_presence()),
          nodes_(loops_.loop(0), store_, clock_, node_, work_of_nodes(), {.version = KS_VERSION, .is_alone = is_alone_}),
          janitor_(loops_.loop(0), store_, shares_, uploads_, resumable_, reaper_, clock_, janitor_settings(config)),
          realtime_(loops_, sessions_, shares_, *presence_, tails_.get(), history_, bus_, clock_, realtime_settings(config, io_uring),
                    {config.realtime.max_connections, config.realtime.max_connections_per_user, config.realtime.max_connections_per_ip}),
          http_(loops_, {.max_connections_per_address = config.server.max_connections_per_ip}) {
        for (unsigned loop = 0; loop < loops_.count(); ++loop)
            request_cache_.emplace_back(sessions_, files_, clock_, changes_, !store_.is_shared());
        bus_.subscribe([this](BusMessages messages) { changes_.note(messages); });
        if (tails_) {
            bus_.subscribe([this](BusMessages messages) { tails_->publish(messages); });
            bus_.on_lost([this] { tails_->look_for_lost(); });
        } else {
            bus_.subscribe(deliver_);
        }
        store_.on_commit([this](BusMessages messages) { bus_.publish(messages); });
    }

    // Ends everything that runs, in an order in which nothing refers to a destroyed object: first the loops, so that no coroutine
    // continues; then what could resume one; then the coroutines, whose local variables refer to services (UploadLock to UploadLocks,
    // buffers to the pools). The members follow in reverse order of declaration.
    ~Instance() {
        loops_.stop();
        for (Offload* pool : {&disk_, &sign_ins_, &hashing_, &digests_, &magic_}) pool->stop();
        blobs_.stop();
        store_.stop();
        bus_.stop();
        if (tails_) tails_->stop();
        if (cluster_presence_) cluster_presence_->stop();
        loops_.destroy_tasks();
    }

    Result<void> run(const ListenAddress& address);

private:
    std::unique_ptr<engine::Presence> make_presence();
    std::vector<engine::NodeWork*> work_of_nodes();
    awaitable<void> live();
    awaitable<Result<void>> serve_until_signal();
    awaitable<Result<void>> prepare();
    awaitable<Result<void>> prepare_first_user();
    awaitable<Result<void>> compare_secrets();
    awaitable<void> stop();
    awaitable<void> abort_grace_period_on_second_signal();

    const Config& config_;
    const DerivedKeys keys_;
    const NodeId node_ = NodeId::make();
    OffsetClock clock_;
    EventLoops loops_;
    ShutdownSignals signals_;
    Offload disk_;
    Offload sign_ins_;  // dedicated pool: hashing that strangers can request must not delay sign-ins
    Offload hashing_;
    Offload digests_;
    Offload magic_;
    Adapters adapters_;
    MetaStore& store_ = *adapters_.store;
    BlobStore& blobs_ = *adapters_.blobs;
    Bus& bus_ = *adapters_.bus;
    const bool is_alone_ = bus_.state() == BusState::Local;  // no bus to other nodes
    engine::IdempotentResponses kept_answers_;
    const engine::PasswordHashing password_hashing_{{sign_ins_, hashing_}};
    engine::Sessions sessions_;
    engine::Registration registration_;
    engine::Passwords passwords_;
    engine::PasswordResets password_resets_;
    engine::AccessTokens access_tokens_;
    engine::Users users_;
    engine::Invitations invitations_;
    engine::BlobReaper reaper_;
    engine::Files files_;
    engine::AccountDeletion account_deletion_;
    engine::ContentTypes types_;
    engine::Uploads uploads_;
    engine::ResumableUploads resumable_;
    engine::Shares shares_;
    engine::Downloads downloads_;
    engine::DownloadMonitor download_monitor_;
    engine::SystemNotifications notifications_;
    engine::History history_;
    const std::function<void(BusMessages)> deliver_ = [this](BusMessages messages) { realtime_.publish(messages); };
    std::unique_ptr<engine::StreamTails> tails_;           // null in an installation of one node
    engine::ClusterPresence* cluster_presence_ = nullptr;  // presence_, if there may be several nodes
    std::unique_ptr<engine::Presence> presence_;
    engine::Nodes nodes_;
    engine::Janitor janitor_;
    engine::CacheGeneration changes_;
    std::vector<engine::RequestCache> request_cache_;
    edge::Realtime realtime_;
    engine::RevocationWatch revocations_{loops_.loop(0), store_, clock_, [this](const UserId& user) { realtime_.recheck_sessions(user); }};
    net::HttpServer http_;
    std::unique_ptr<edge::App> app_;
    std::optional<edge::Server> server_;
    std::string host_;
    std::uint16_t port_ = 0;
    std::promise<Result<void>> ended_;
};

std::unique_ptr<engine::Presence> Instance::make_presence() {
    const auto& limits = config_.realtime;
    engine::PresenceSettings settings = presence_settings(config_);
    if (!tails_) return std::make_unique<engine::LocalPresence>(loops_.loop(0), loops_.wheel(0), store_, bus_, clock_, settings);
    auto presence = std::make_unique<engine::ClusterPresence>(
        loops_.loop(0), loops_.wheel(0), store_, *tails_, clock_, node_,
        engine::ClusterPresence::Settings{settings, limits.max_connections_per_user, limits.max_connections_per_ip});
    cluster_presence_ = presence.get();
    return presence;
}

std::vector<engine::NodeWork*> Instance::work_of_nodes() {
    std::vector<engine::NodeWork*> work{&uploads_, &downloads_};
    if (cluster_presence_) work.push_back(cluster_presence_);
    return work;
}

Result<void> Instance::run(const ListenAddress& address) {
    auto port = http_.listen(address.host, address.port);
    if (!port) {
        return fail(port.error().code, "can't listen on " + config_.listen + " (" + port.error().message +
                                           "); choose another address with --listen HOST:PORT");
    }
    host_ = address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
    port_ = *port;
    app_.reset(new edge::App{
        registration_, sessions_,         passwords_, password_resets_, access_tokens_, users_,
        invitations_,  account_deletion_, files_,     uploads_,         resumable_,     shares_,
        downloads_,    download_monitor_, nodes_,     notifications_,   *presence_,     realtime_,
        blobs_,        kept_answers_,     clock_,     request_cache_,   store_,         edge_settings(config_, port_, keys_)});
    server_.emplace(*app_);
    const std::string& public_url = config_.server.public_url;
    note_server_url(config_.data_dir, public_url.empty() ? "http://localhost:" + std::to_string(port_) : public_url);
    auto ended = ended_.get_future();
    spawn(loops_.loop(0).get_executor(), live(), "live");
    loops_.start();
    return ended.get();
}

awaitable<void> Instance::live() {
    Result<void> ended;
    try {
        ended = co_await serve_until_signal();
    } catch (const std::exception& error) {
        ended = internal_error(error.what());
    }
    ended_.set_value(std::move(ended));
}

awaitable<Result<void>> Instance::serve_until_signal() {
    KS_CO_CHECK(co_await prepare());
    nodes_.keep();
    janitor_.start();
    bus_.start();
    if (tails_) tails_->start();
    if (store_.is_shared()) revocations_.start();
    if (cluster_presence_) cluster_presence_->start();
    http_.start(*server_);
    log::info("listening on http://" + host_ + ":" + std::to_string(port_), {{"version", KS_VERSION}, {"threads", loops_.count()}});
    co_await signals_.next();
    spawn(loops_.loop(0).get_executor(), abort_grace_period_on_second_signal(), "hurry");
    co_await stop();
    co_return Result<void>{};
}

awaitable<Result<void>> Instance::prepare() {
    if (!is_alone_) KS_CO_CHECK(co_await compare_secrets());
    KS_CO_CHECK(co_await nodes_.start(asio::ip::host_name() + ":" + std::to_string(port_)));
    KS_CO_CHECK(co_await history_.start());
    KS_CO_CHECK(co_await reaper_.sweep());
    // Best-effort: a full disk must not prevent startup, and most names are still found by their old keys.
    if (auto refreshed = co_await files_.refresh_name_keys(); !refreshed) {
        log::warning("reindexing the names of older files failed; retrying at the next start", {{"reason", refreshed.error().detail}});
    }
    KS_CO_TRY(bool any_user, co_await users_.any());
    if (any_user) co_return Result<void>{};
    auto prepared = co_await prepare_first_user();
    bool is_done = prepared || prepared.error().code == ErrorCode::Conflict;  // another node has one
    co_return is_done ? Result<void>{} : std::move(prepared);
}

awaitable<Result<void>> Instance::prepare_first_user() {
    if (!config_.auth.admin_password.empty()) co_return co_await registration_.create_admin("admin", config_.auth.admin_password);
    KS_CO_TRY(auto code, co_await registration_.make_setup_code());
    std::fprintf(stderr, "\nNo users exist yet. Create the administrator with this link (it works once):\n\n    %s/setup#code=%s\n\n",
                 app_->settings.public_url.value_or(app_->settings.local_url).text().c_str(), code.c_str());
    co_return Result<void>{};
}

// Nodes with different secrets would refuse each other's tokens.
awaitable<Result<void>> Instance::compare_secrets() {
    auto look = [own = keys_.check](Tx& tx) -> Result<std::string> { return tx.nodes().secret_check(own); };
    KS_CO_TRY(auto check, co_await write(store_, std::move(look)));
    if (check == keys_.check) co_return Result<void>{};
    co_return fail(ErrorCode::InvalidRequest,
                   "auth.jwt_secret: it is not the one of the other nodes with this database; all nodes must have the same");
}

awaitable<void> Instance::stop() {
    log::info("shutting down; waiting for transfers", {{"grace_ms", config_.server.shutdown_grace.count()}});
    app_->stopping = true;
    realtime_.shut_down();
    bool finished = co_await http_.stop(config_.server.shutdown_grace);
    co_await realtime_.wait_until_empty(std::chrono::seconds(1));
    co_await nodes_.release();
    log::info("stopped", {{"transfers_cut", !finished}});
}

awaitable<void> Instance::abort_grace_period_on_second_signal() {
    co_await signals_.next();
    http_.abort_grace_period();
}

}  // namespace

int serve(const Config& config) {
    log::set_level(config.server.log_level);
    auto address = parse_listen(config.listen);
    if (!address) return exit_with_error(address.error().message, bad_setting);
    auto data_dir = DataDir::open(config.data_dir);
    if (!data_dir) return exit_with_error(data_dir.error().message, bad_setting);
    Result<std::string> secret = config.auth.jwt_secret;
    if (!config.auth.jwt_secret_file.empty()) secret = read_jwt_secret_file(config.auth.jwt_secret_file);
    if (secret && secret->empty()) secret = data_dir->secret();
    if (!secret) return exit_with_error(secret.error().message, bad_setting);
    auto io_uring = choose_io_uring(config.realtime.io_uring);
    if (!io_uring) return exit_with_error(io_uring.error().message, bad_setting);
    try {
        Instance instance(config, std::move(*secret), *io_uring);
        auto ended = instance.run(*address);
        if (!ended) {
            const Error& error = ended.error();
            int status = error.code == ErrorCode::InvalidRequest ? bad_setting : 1;
            return exit_with_error(error.message + (error.detail.empty() ? "" : ": " + error.detail), status);
        }
    } catch (const BadSetting& error) {
        return exit_with_error(error.what(), bad_setting);
    } catch (const std::exception& error) {
        return exit_with_error(error.what(), 1);
    }
    return 0;
}

}  // namespace ks::main
