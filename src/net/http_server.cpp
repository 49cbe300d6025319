#include "net/http_server.h"

#include "base/log.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

namespace ks::net {

using asio::ip::tcp;
using boost::system::error_code;

HttpServer::HttpServer(Shards& shards, HttpOptions options)
    : shards_(shards), options_(options), acceptor_(shards.core(0)), connections_(shards.count()) {}

HttpServer::~HttpServer() = default;

Result<std::uint16_t> HttpServer::listen(const std::string& host, std::uint16_t port) {
    error_code error;
    tcp::endpoint endpoint;
    if (auto address = asio::ip::make_address(host, error); !error) {
        endpoint = {address, port};
    } else {
        tcp::resolver resolver(shards_.core(0));
        auto found = resolver.resolve(host, std::to_string(port), error);
        if (error || found.empty()) return fail(ErrorCode::InvalidRequest, "there is no address for the host " + host);
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
    spawn(shards_.core(0).get_executor(), accept(), "accept");
}

awaitable<void> HttpServer::accept() {
    for (unsigned next = 0; acceptor_.is_open(); next = (next + 1) % shards_.count()) {
        error_code error;
        tcp::socket socket = co_await acceptor_.async_accept(shards_.core(next), asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            ++open_;
            spawn(shards_.core(next).get_executor(), serve(std::move(socket), next), "connection");
        } else if (acceptor_.is_open()) {
            // Out of descriptors, most likely: those who leave make room.
            log::warning("a connection could not be accepted", {{"reason", error.message()}});
            asio::steady_timer pause(shards_.core(0), std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
    }
}

awaitable<void> HttpServer::serve(tcp::socket socket, unsigned core) {
    HttpConnection connection(std::move(socket), core, shards_.wheel(core), *handler_, options_);
    connections_[core].insert(&connection);
    if (stopping_) connection.stop();
    std::exception_ptr failure;
    try {
        co_await connection.run();
    } catch (...) {
        failure = std::current_exception();
    }
    connections_[core].erase(&connection);
    --open_;
    if (failure) std::rethrow_exception(failure);
}

awaitable<bool> HttpServer::wait_until_idle(std::chrono::milliseconds time, bool may_be_hurried) {
    asio::steady_timer timer(shards_.core(0));
    auto deadline = Steady::now() + time;
    while (open_ > 0 && Steady::now() < deadline && !(may_be_hurried && hurried_)) {
        timer.expires_after(std::chrono::milliseconds(10));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return open_ == 0;
}

awaitable<bool> HttpServer::stop(std::chrono::milliseconds grace) {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    for (unsigned core = 0; core < shards_.count(); ++core) {
        auto stop_all = [this, core] {
            for (HttpConnection* connection : connections_[core]) connection->stop();
        };
        asio::post(shards_.core(core), std::move(stop_all));
    }
    bool finished = co_await wait_until_idle(grace, true);
    for (unsigned core = 0; !finished && core < shards_.count(); ++core) {
        auto cut_all = [this, core] {
            for (HttpConnection* connection : connections_[core]) connection->cut();
        };
        asio::post(shards_.core(core), std::move(cut_all));
    }
    if (!finished) co_await wait_until_idle(std::chrono::seconds(2), false);
    co_return finished;
}

}  // namespace ks::net
