#include "net/http_server.h"

#include "base/log.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace ks::net {

using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t least_closed = 4;  // idle connections per loop when descriptors run out
// Younger idle connections are most likely about to send a request.
constexpr std::chrono::milliseconds least_silence{100};

std::uint64_t descriptor_limit() {
    rlimit limit{};
    bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return known ? limit.rlim_cur : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

HttpServer::HttpServer(EventLoops& loops, HttpOptions options)
    : loops_(loops),
      options_(options),
      acceptor_(loops.loop(0)),
      connections_(loops.count()),
      counts_(std::make_unique<ConnectionCounts>()),
      // Limits each address to half of the available descriptors.
      most_of_an_address_(std::max<std::uint64_t>(1, std::min(options.max_connections_per_address, descriptor_limit() / 2))),
      most_(descriptor_limit() / 4 * 3) {}

HttpServer::~HttpServer() = default;

Result<std::uint16_t> HttpServer::listen(const std::string& host, std::uint16_t port) {
    error_code error;
    tcp::endpoint endpoint;
    if (auto address = asio::ip::make_address(host, error); !error) {
        endpoint = {address, port};
    } else {
        tcp::resolver resolver(loops_.loop(0));
        auto found = resolver.resolve(host, std::to_string(port), error);
        if (error || found.empty()) return fail(ErrorCode::InvalidRequest, "can't resolve host " + host);
        endpoint = *found.begin();
    }
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(4096, error);
    if (error) return fail(ErrorCode::Unavailable, error.message());
    return acceptor_.local_endpoint().port();
}

void HttpServer::start(HttpHandler& handler) {
    handler_ = &handler;
    spawn(loops_.loop(0).get_executor(), accept(), "accept");
}

awaitable<void> HttpServer::accept() {
    asio::steady_timer pause(loops_.loop(0));
    for (unsigned next = 0; acceptor_.is_open(); next = (next + 1) % loops_.count()) {
        error_code error;
        tcp::socket socket = co_await acceptor_.async_accept(loops_.loop(next), asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            adopt(std::move(socket), next);
        } else if (acceptor_.is_open()) {
            log::warning("accept failed", {{"reason", error.message()}});
            // Fewer descriptors than expected: keep a quarter of them for files and responses from now on.
            if (error == asio::error::no_descriptors) most_ = std::min(most_, open_ / 4 * 3);
            close_idle_connections();
            pause.expires_after(std::chrono::milliseconds(20));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
    }
}

void HttpServer::adopt(tcp::socket socket, unsigned loop) {
    std::string address = peer_of(socket);
    bool counted = !handler_->is_proxy(address);
    if (counted && !counts_->add(address, most_of_an_address_)) return;  // the socket closes on return
    if (++open_ > most_) close_idle_connections();
    spawn(loops_.loop(loop).get_executor(), serve(std::move(socket), loop, counted ? address : std::string()), "connection");
}

// Called when descriptors run out: closes some idle connections on every loop.
void HttpServer::close_idle_connections() {
    for (unsigned loop = 0; loop < loops_.count(); ++loop) {
        auto close = [this, loop] { close_silent(loop); };
        asio::post(loops_.loop(loop), std::move(close));
    }
}

// Closes the connections of the addresses with the most connections first, then the longest idle ones.
void HttpServer::close_silent(unsigned loop) {
    struct Silent {
        std::uint32_t of_address;
        Steady::time_point since;
        HttpConnection* connection;
    };
    std::vector<Silent> silent;
    auto latest = Steady::now() - least_silence;
    for (HttpConnection* connection : connections_[loop]) {
        auto since = connection->silent_since();
        if (since && *since <= latest) silent.push_back({counts_->of(connection->peer()), *since, connection});
    }
    std::size_t count = std::min(silent.size(), std::max(least_closed, silent.size() / 8));
    auto goes_first = [](const Silent& a, const Silent& b) {
        return a.of_address != b.of_address ? a.of_address > b.of_address : a.since < b.since;
    };
    std::partial_sort(silent.begin(), silent.begin() + static_cast<std::ptrdiff_t>(count), silent.end(), goes_first);
    for (std::size_t i = 0; i < count; ++i) silent[i].connection->abort();
}

awaitable<void> HttpServer::serve(tcp::socket socket, unsigned loop, std::string counted) {
    HttpConnection connection(std::move(socket), loop, loops_.wheel(loop), *handler_, options_);
    connections_[loop].insert(&connection);
    if (stopping_) connection.stop();
    std::exception_ptr failure;
    try {
        co_await connection.run();
    } catch (...) {
        failure = std::current_exception();
    }
    connections_[loop].erase(&connection);
    if (!counted.empty()) counts_->remove(counted);
    --open_;
    if (failure) std::rethrow_exception(failure);
}

awaitable<bool> HttpServer::wait_until_idle(std::chrono::milliseconds time, bool may_be_hurried) {
    asio::steady_timer timer(loops_.loop(0));
    auto deadline = Steady::now() + time;
    while (open_ > 0 && Steady::now() < deadline && !(may_be_hurried && grace_period_aborted_)) {
        timer.expires_after(std::chrono::milliseconds(10));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return open_ == 0;
}

awaitable<bool> HttpServer::stop(std::chrono::milliseconds grace) {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    for (unsigned loop = 0; loop < loops_.count(); ++loop) {
        auto stop_all = [this, loop] {
            for (HttpConnection* connection : connections_[loop]) connection->stop();
        };
        asio::post(loops_.loop(loop), std::move(stop_all));
    }
    bool finished = co_await wait_until_idle(grace, true);
    for (unsigned loop = 0; !finished && loop < loops_.count(); ++loop) {
        auto cut_all = [this, loop] {
            for (HttpConnection* connection : connections_[loop]) connection->abort();
        };
        asio::post(loops_.loop(loop), std::move(cut_all));
    }
    if (!finished) co_await wait_until_idle(std::chrono::seconds(2), false);
    co_return finished;
}

}  // namespace ks::net
