#pragma once

#include "net/http.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <functional>
#include <memory>

namespace ks::net {

// Returns the remote address without its port, IPv4-mapped addresses as IPv4; empty if the peer has disconnected.
std::string peer_of(const asio::ip::tcp::socket& socket);

// Up to three buffers that are sent as one.
using Buffers = std::array<asio::const_buffer, 3>;

// The byte stream of one HTTP connection, over TCP. Counts the bytes that it sends, and tells how far they have got. Bound to a loop.
// Without deadlines of its own: see ConnectionDeadline.
class Transport {
public:
    using executor_type = asio::ip::tcp::socket::executor_type;

    explicit Transport(asio::ip::tcp::socket socket);

    const std::string& peer() const { return peer_; }
    bool is_open() const { return socket_.is_open(); }
    executor_type get_executor() { return socket_.get_executor(); }

    // Reads as Asio's AsyncReadStream does, so that Beast's parser can read from the transport.
    template <class MutableBuffers, class Token>
    auto async_read_some(const MutableBuffers& buffers, Token&& token) {
        return socket_.async_read_some(buffers, std::forward<Token>(token));
    }
    void cancel_read();  // the pending operations fail with operation_aborted

    // Sends without waiting as much as the kernel takes, and returns its size. With `more_follows` the data that follows may share the
    // packet.
    std::size_t send_now(const Buffers& buffers, bool more_follows);
    // Sends `buffers` from `offset` on. Returns false if the client has disconnected.
    awaitable<bool> send(Buffers buffers, std::size_t offset);
    // Sends from the file without waiting. Returns the size, 0 if the kernel takes nothing now; nullopt on failure.
    std::optional<std::size_t> send_file_now(const FileBody& file);
    // Waits until the kernel takes data again. Returns false if the connection was aborted.
    awaitable<bool> wait_until_writable();
    // Waits until the kernel has transmitted all bytes, acknowledged or not. Returns false if the client has disconnected before.
    awaitable<bool> wait_until_handed_over();

    std::uint64_t sent() const { return sent_; }
    std::uint64_t acknowledged();  // of the sent bytes, those that the client's kernel has acknowledged
    std::uint64_t handed_over();   // of the sent bytes, those transmitted; also after abort()

    // Calls `gone` when the client disconnects, until reset_hang_up(); not for a client that sends data instead.
    void on_hang_up(std::function<void()> gone);
    void reset_hang_up() { hang_up_.reset(); }

    void shutdown_send();  // the client sees the end of the stream
    void close();          // bytes sent before still arrive
    void abort();          // resets the connection: unacknowledged bytes are lost

    // Gives the socket's descriptor away. Nullopt if the connection was aborted.
    std::optional<int> release();

private:
    void wait_for_hang_up(std::weak_ptr<std::function<void()>> alive);

    asio::ip::tcp::socket socket_;
    const std::string peer_;
    std::uint64_t sent_ = 0;
    std::uint64_t acknowledged_ = 0;                  // at the last successful look
    std::uint64_t handed_over_ = 0;                   // when the connection was aborted
    std::shared_ptr<std::function<void()>> hang_up_;  // callback of on_hang_up()
};

}  // namespace ks::net
