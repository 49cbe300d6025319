#pragma once

#include "base/clock.h"

#include <nats/nats.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ks::nats {

struct ConnectionOptions {
    std::vector<std::string> servers;  // nats://[user[:password]@]host[:port], or tls://…
    std::string credentials_file{};    // with a user's JWT and NKEY seed; empty: none
};

// Callbacks run on threads of the library; messages arrive one at a time.
class ConnectionListener {
public:
    virtual ~ConnectionListener() = default;
    virtual void on_message(std::string_view payload) = 0;
    virtual void on_connected() = 0;     // again, or for the first time if connected_at_once() is false
    virtual void on_disconnected() = 0;  // until on_connected()
    virtual void on_dropped() = 0;       // messages were dropped: they arrived faster than on_message() returned
};

struct SubscriptionDeleter {
    void operator()(natsSubscription* handle) const { natsSubscription_Destroy(handle); }
};
// Unsubscribes on destruction, which must precede that of the connection. A message may still arrive afterwards.
using Subscription = std::unique_ptr<natsSubscription, SubscriptionDeleter>;

// A connection to one of several NATS servers. It reconnects for ever, also if the first attempt fails, and leaves a server that does not
// answer for three seconds. Its own messages do not come back to it. A server that stops reading blocks a call for a second at most.
// Thread: one at a time.
class Connection {
public:
    // Throws std::runtime_error if the options are invalid.
    Connection(const ConnectionOptions& options, ConnectionListener& listener);
    ~Connection();  // no callback runs afterwards
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool connected_at_once() const { return connected_at_once_; }  // before the constructor returned
    bool is_closed() const;  // for good, because the servers refused it repeatedly; a new connection may succeed

    // While disconnected, messages wait for the reconnect. Returns false if the message is lost because too many wait.
    bool publish(const std::string& subject, std::string_view payload);

    // Returns whether the server has processed everything sent so far.
    bool flush(Duration longest);

    Subscription subscribe(const std::string& subject);  // null if the connection is closed

private:
    ConnectionListener& listener_;
    bool connected_at_once_ = false;
    std::unique_ptr<natsConnection, void (*)(natsConnection*)> handle_{nullptr, natsConnection_Destroy};
    std::mutex mutex_;
    std::condition_variable ended_;
    bool closed_ = false;
    std::size_t subscriptions_ = 0;  // that may still call on_message()
};

}  // namespace ks::nats
