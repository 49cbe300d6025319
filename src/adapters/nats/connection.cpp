#include "adapters/nats/connection.h"

#include "base/log.h"
#include "base/size.h"

#include <limits>
#include <stdexcept>

namespace ks::nats {

namespace {

constexpr Duration ping_interval{1000};
constexpr int max_pings_out = 2;
constexpr Duration connect_timeout{2000};
constexpr Duration reconnect_wait{250};
constexpr Duration reconnect_jitter{250};
constexpr Duration write_deadline{1000};
constexpr int reconnect_buffer = static_cast<int>(1_MiB);
constexpr int max_pending_messages = 8192;  // of one subscription

using Options = std::unique_ptr<natsOptions, void (*)(natsOptions*)>;

void check(natsStatus status) {
    if (status != NATS_OK) throw std::runtime_error(std::string("bus: ") + natsStatus_GetText(status));
}

ConnectionListener& listener_of(void* closure) { return *static_cast<ConnectionListener*>(closure); }

void on_connected(natsConnection*, void* closure) { listener_of(closure).on_connected(); }
void on_disconnected(natsConnection*, void* closure) { listener_of(closure).on_disconnected(); }

void on_error(natsConnection*, natsSubscription*, natsStatus status, void* closure) {
    if (status == NATS_SLOW_CONSUMER) return listener_of(closure).on_dropped();
    log::warning("bus error", {{"reason", natsStatus_GetText(status)}});
}

void on_message(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
    auto size = static_cast<std::size_t>(natsMsg_GetDataLength(message));
    listener_of(closure).on_message({natsMsg_GetData(message), size});
    natsMsg_Destroy(message);
}

Options options_of(const ConnectionOptions& settings, ConnectionListener& listener) {
    natsOptions* created = nullptr;
    check(natsOptions_Create(&created));
    Options options(created, natsOptions_Destroy);
    std::vector<const char*> servers;
    bool secure = false;
    for (const std::string& server : settings.servers) {
        servers.push_back(server.c_str());
        secure = secure || server.starts_with("tls://");
    }
    check(natsOptions_SetServers(created, servers.data(), static_cast<int>(servers.size())));
    check(natsOptions_SetSecure(created, secure));
    const std::string& credentials = settings.credentials_file;
    if (!credentials.empty()) check(natsOptions_SetUserCredentialsFromFiles(created, credentials.c_str(), nullptr));
    check(natsOptions_SetName(created, "kingshare"));
    check(natsOptions_SetNoEcho(created, true));
    check(natsOptions_UseGlobalMessageDelivery(created, true));
    check(natsOptions_SetSendAsap(created, true));
    check(natsOptions_SetTimeout(created, connect_timeout.count()));
    check(natsOptions_SetWriteDeadline(created, write_deadline.count()));
    check(natsOptions_SetPingInterval(created, ping_interval.count()));
    check(natsOptions_SetMaxPingsOut(created, max_pings_out));
    check(natsOptions_SetMaxReconnect(created, std::numeric_limits<int>::max()));
    check(natsOptions_SetReconnectWait(created, reconnect_wait.count()));
    check(natsOptions_SetReconnectJitter(created, reconnect_jitter.count(), reconnect_jitter.count()));
    check(natsOptions_SetReconnectBufSize(created, reconnect_buffer));
    check(natsOptions_SetMaxPendingMsgs(created, max_pending_messages));
    check(natsOptions_SetRetryOnFailedConnect(created, true, on_connected, &listener));
    check(natsOptions_SetReconnectedCB(created, on_connected, &listener));
    check(natsOptions_SetDisconnectedCB(created, on_disconnected, &listener));
    check(natsOptions_SetErrorHandler(created, on_error, &listener));
    return options;
}

}  // namespace

Connection::Connection(const ConnectionOptions& settings, ConnectionListener& listener) : listener_(listener) {
    check(nats_SetMessageDeliveryPoolSize(1));  // one thread: messages keep their order across subscriptions
    Options options = options_of(settings, listener);
    auto note_closed = [](natsConnection*, void* closure) {
        auto& self = *static_cast<Connection*>(closure);
        std::lock_guard lock(self.mutex_);
        self.closed_ = true;
        self.ended_.notify_all();
    };
    check(natsOptions_SetClosedCB(options.get(), note_closed, this));
    natsConnection* connected = nullptr;
    natsStatus status = natsConnection_Connect(&connected, options.get());
    handle_.reset(connected);
    connected_at_once_ = status == NATS_OK;
    if (status != NATS_NOT_YET_CONNECTED) check(status);
}

Connection::~Connection() {
    natsConnection_Close(handle_.get());
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return closed_ && subscriptions_ == 0; });
}

bool Connection::is_closed() const { return natsConnection_IsClosed(handle_.get()); }

bool Connection::publish(const std::string& subject, std::string_view payload) {
    return natsConnection_Publish(handle_.get(), subject.c_str(), payload.data(), static_cast<int>(payload.size())) == NATS_OK;
}

bool Connection::flush(Duration longest) { return natsConnection_FlushTimeout(handle_.get(), longest.count()) == NATS_OK; }

Subscription Connection::subscribe(const std::string& subject) {
    natsSubscription* created = nullptr;
    if (natsConnection_Subscribe(&created, handle_.get(), subject.c_str(), on_message, &listener_) != NATS_OK) return nullptr;
    auto note_complete = [](void* closure) {
        auto& self = *static_cast<Connection*>(closure);
        std::lock_guard lock(self.mutex_);
        --self.subscriptions_;
        self.ended_.notify_all();
    };
    std::lock_guard lock(mutex_);
    if (natsSubscription_SetOnCompleteCB(created, note_complete, this) == NATS_OK) ++subscriptions_;
    return Subscription(created);
}

}  // namespace ks::nats
