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

// Accepts connections on core 0 and deals them out to the cores in turn.
class HttpServer {
public:
    explicit HttpServer(Shards& shards, HttpOptions options = {});
    ~HttpServer();

    // Takes the address; those who connect wait until start(). Port 0: any free one. The port it is, or why not.
    Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);
    void start(HttpHandler& handler);

    // On core 0: no new connections; idle ones are closed, those with a request under way finish it. True when all ended by the deadline;
    // then the rest are cut.
    awaitable<bool> stop(std::chrono::milliseconds grace);
    void hurry() { hurried_ = true; }  // on core 0: the deadline is now

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
    std::vector<std::unordered_set<HttpConnection*>> connections_;  // by core, touched on it alone
    std::unique_ptr<ConnectionCounts> counts_;
    const std::uint64_t most_of_an_address_;
    const std::size_t most_;  // so many, and the silent ones make room
    std::atomic<std::size_t> open_ = 0;
    std::atomic<bool> stopping_ = false;
    bool hurried_ = false;
};

}  // namespace ks::net
