#include "net/transport.h"

#include "base/size.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_suffix.hpp>

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>

#include <algorithm>

namespace ks::net {

using boost::system::error_code;

namespace {

// Bounds a connection's unsent bytes in kernel memory: just enough to keep the line busy.
constexpr int unsent_bytes = 256_KiB;
constexpr std::size_t send_piece = 1_MiB;

std::uint64_t without(std::uint64_t sent, int queued) { return sent - std::min(sent, static_cast<std::uint64_t>(queued)); }

}  // namespace

std::string peer_of(const asio::ip::tcp::socket& socket) {
    error_code error;
    auto endpoint = socket.remote_endpoint(error);
    if (error) return {};
    auto address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return address.to_string();
}

Transport::Transport(asio::ip::tcp::socket socket) : socket_(std::move(socket)), peer_(peer_of(socket_)) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
}

void Transport::cancel_read() {
    error_code ignored;
    socket_.cancel(ignored);
}

std::size_t Transport::send_now(const Buffers& buffers, bool more_follows) {
    error_code error;
    std::size_t size = socket_.send(buffers, more_follows ? MSG_MORE : 0, error);
    sent_ += size;
    return size;
}

awaitable<bool> Transport::send(Buffers buffers, std::size_t offset) {
    boost::beast::buffers_suffix<Buffers> rest(buffers);
    rest.consume(offset);
    std::uint64_t before = sent_;
    // Asked after each piece: sent() grows while the operation goes on.
    auto count = [this, before](const error_code& failed, std::size_t size) -> std::size_t {
        sent_ = before + size;
        return failed ? 0 : send_piece;
    };
    error_code error;
    std::size_t size = co_await asio::async_write(socket_, rest, count, asio::redirect_error(asio::use_awaitable, error));
    sent_ = before + size;  // the last piece ends the operation without a call of `count`
    co_return !error;
}

std::optional<std::size_t> Transport::send_file_now(const FileBody& file) {
    auto offset = static_cast<off_t>(file.offset);
    while (true) {
        ssize_t size = ::sendfile(socket_.native_handle(), file.descriptor, &offset, std::min<std::uint64_t>(file.length, send_piece));
        if (size > 0) {
            sent_ += static_cast<std::uint64_t>(size);
            return static_cast<std::size_t>(size);
        }
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
        return std::nullopt;
    }
}

awaitable<bool> Transport::wait_until_writable() {
    error_code error;
    co_await socket_.async_wait(asio::ip::tcp::socket::wait_write, asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
}

// Sent bytes may still be in the kernel's buffer if the client does not read.
awaitable<bool> Transport::wait_until_handed_over() {
    asio::steady_timer timer(socket_.get_executor());
    auto pause = std::chrono::milliseconds(1);
    while (socket_.is_open() && handed_over() < sent_) {
        tcp_info about{};
        socklen_t size = sizeof about;
        bool known = ::getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &about, &size) == 0;
        if (!known || about.tcpi_state == TCP_CLOSE) break;
        timer.expires_after(pause);
        pause = std::min(pause * 2, std::chrono::milliseconds(50));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return handed_over() == sent_;
}

std::uint64_t Transport::acknowledged() {
    int queued = 0;
    if (::ioctl(socket_.native_handle(), SIOCOUTQ, &queued) == 0) acknowledged_ = without(sent_, queued);
    return acknowledged_;
}

// SIOCOUTQNSD counts the bytes never transmitted; a reset does not change it.
std::uint64_t Transport::handed_over() {
    int unsent = 0;
    if (!socket_.is_open() || ::ioctl(socket_.native_handle(), SIOCOUTQNSD, &unsent) != 0) return handed_over_;
    return without(sent_, unsent);
}

void Transport::on_hang_up(std::function<void()> gone) {
    hang_up_ = std::make_shared<std::function<void()>>(std::move(gone));
    wait_for_hang_up(hang_up_);
}

void Transport::wait_for_hang_up(std::weak_ptr<std::function<void()>> alive) {
    auto look = [this, alive](const error_code& error) {
        auto hang_up = alive.lock();
        if (error || !hang_up) return;
        char next = 0;
        ssize_t size = ::recv(socket_.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
        if (size > 0) return;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return wait_for_hang_up(alive);
        (*hang_up)();
    };
    socket_.async_wait(asio::ip::tcp::socket::wait_read, std::move(look));
}

void Transport::shutdown_send() {
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Transport::close() {
    error_code ignored;
    socket_.close(ignored);
}

void Transport::abort() {
    if (!socket_.is_open()) return;
    handed_over_ = handed_over();
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);  // unread bytes would stay in the kernel for minutes
    socket_.close(ignored);
}

std::optional<int> Transport::release() {
    error_code error;
    int descriptor = socket_.release(error);
    return error ? std::nullopt : std::optional(descriptor);
}

}  // namespace ks::net
