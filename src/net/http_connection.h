#pragma once

#include "net/connection_deadline.h"
#include "net/request_reader.h"
#include "net/response_writer.h"
#include "net/transport.h"

namespace ks::net {

// One HTTP connection: passes its requests to the handler one after the other. Bound to a loop; owned by the coroutine that runs it.
class HttpConnection final : public Exchange {
public:
    HttpConnection(asio::ip::tcp::socket socket, unsigned loop, TimerWheel& wheel, HttpHandler& handler, const HttpOptions& options);

    awaitable<void> run();
    void stop();  // closes at once if idle, otherwise after the current response

    // Returns the start of the idle time; nullopt while a request is in progress.
    std::optional<Steady::time_point> silent_since() const { return silent_since_; }
    const std::string& peer() const { return transport_.peer(); }

    const Request& request() const override { return reader_.request(); }
    awaitable<Result<std::size_t>> read_some(std::span<char> out) override;
    void add_headers(HeaderList headers) override { writer_.add_headers(std::move(headers)); }
    awaitable<bool> send(Response response) override;
    void interrupt_read() override { reader_.interrupt(); }
    bool answered() const override { return writer_.begun(); }
    std::uint64_t body_handed_over() override { return writer_.body_handed_over(); }
    awaitable<bool> start(Response head) override;
    awaitable<bool> write_some(std::string_view piece) override { return writer_.write_some(piece); }
    awaitable<bool> finish() override;
    void abort() override { transport_.abort(); }
    void on_hang_up(std::function<void()> gone) override { transport_.on_hang_up(std::move(gone)); }
    std::optional<Upgraded> upgrade(HeaderList headers) override;
    unsigned loop() const override { return loop_; }

private:
    awaitable<bool> next_request();
    void begin_response();
    bool ends_with_request(const Response& response) const;
    awaitable<bool> send_while_reading(Response response);
    awaitable<void> drop_body();
    awaitable<void> linger();

    const unsigned loop_;
    HttpHandler& handler_;
    Transport transport_;
    ConnectionDeadline deadline_;
    RequestReader reader_;
    ResponseWriter writer_;
    std::optional<Steady::time_point> silent_since_ = Steady::now();
    bool body_unread_ = false;  // when the response was sent
    bool stopping_ = false;
};

}  // namespace ks::net
