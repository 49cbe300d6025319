#pragma once

#include "net/connection_counts.h"
#include "net/http.h"
#include "net/http_connection.h"
#include "runtime/shards.h"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <memory>
#include <unordered_set>

namespace ks::net {

// Accepts connections on core 0 and distributes them round-robin over the cores.
class HttpServer {
public:
    explicit HttpServer(Shards& shards, HttpOptions options = {});
    ~HttpServer();

    // Binds the address; connections wait in the backlog until start(). Port 0 selects a free port. Returns the bound port.
    Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);
    void start(HttpHandler& handler);

    // Graceful shutdown; must be called on core 0. Stops accepting, closes idle connections and waits up to `grace` for requests in
    // progress. Returns true if all ended in time, otherwise aborts the rest.
    awaitable<bool> stop(std::chrono::milliseconds grace);
    void hurry() { hurried_ = true; }  // on core 0: ends the grace period of stop()

private:
    awaitable<void> accept();
    awaitable<void> serve(asio::ip::tcp::socket socket, unsigned core, std::string counted);
    void take(asio::ip::tcp::socket socket, unsigned core);
    void make_room();
    void close_silent(unsigned core);
    awaitable<bool> wait_until_idle(std::chrono::milliseconds time, bool may_be_hurried);

    Shards& shards_;
    HttpHandler* handler_ = nullptr;
    const HttpOptions options_;
    asio::ip::tcp::acceptor acceptor_;
    std::vector<std::unordered_set<HttpConnection*>> connections_;  // by core; accessed only on that core
    std::unique_ptr<ConnectionCounts> counts_;
    const std::uint64_t most_of_an_address_;
    const std::size_t most_;  // open connections; above it idle ones are closed
    std::atomic<std::size_t> open_ = 0;
    std::atomic<bool> stopping_ = false;
    bool hurried_ = false;
};

}  // namespace ks::net
