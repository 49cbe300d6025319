#pragma once

#include "net/connection_counts.h"
#include "net/http.h"
#include "net/http_connection.h"
#include "runtime/event_loops.h"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <memory>
#include <unordered_set>

namespace ks::net {

// Accepts connections on loop 0 and distributes them round-robin over all loops.
class HttpServer {
public:
    explicit HttpServer(EventLoops& loops, HttpOptions options = {});
    ~HttpServer();

    // Binds the address; connections wait in the backlog until start(). Port 0 selects a free port. Returns the bound port.
    Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);
    void start(HttpHandler& handler);

    // Graceful shutdown; must be called on loop 0. Stops accepting, closes idle connections and waits up to `grace` for requests in
    // progress. Returns true if all ended in time, otherwise aborts the rest.
    awaitable<bool> stop(std::chrono::milliseconds grace);
    void abort_grace_period() { grace_period_aborted_ = true; }  // on loop 0: ends the grace period of stop()

private:
    awaitable<void> accept();
    awaitable<void> serve(asio::ip::tcp::socket socket, unsigned loop, std::string counted);
    void adopt(asio::ip::tcp::socket socket, unsigned loop);
    void close_idle_connections();
    void close_silent(unsigned loop);
    awaitable<bool> wait_until_idle(std::chrono::milliseconds time, bool may_be_hurried);

    EventLoops& loops_;
    HttpHandler* handler_ = nullptr;
    const HttpOptions options_;
    asio::ip::tcp::acceptor acceptor_;
    std::vector<std::unordered_set<HttpConnection*>> connections_;  // by loop; accessed only on that loop
    std::unique_ptr<ConnectionCounts> counts_;
    const std::uint64_t most_of_an_address_;
    std::size_t most_;  // open connections; above it idle ones are closed; loop 0
    std::atomic<std::size_t> open_ = 0;
    std::atomic<bool> stopping_ = false;
    bool grace_period_aborted_ = false;
};

}  // namespace ks::net
