#pragma once

#include "net/connection_deadline.h"
#include "net/request_reader.h"
#include "net/response_writer.h"
#include "runtime/event_loops.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

namespace ks::net {

// The server's end of one connection on a loop of its own, and the client's end as a plain blocking socket.
class HttpTest : public testing::Test {
protected:
    HttpTest() {
        asio::ip::tcp::acceptor acceptor(loop_, {asio::ip::address_v4::loopback(), 0});
        client_.connect(acceptor.local_endpoint());
        transport_.emplace(acceptor.accept());
        deadline_.emplace(wheel_, *transport_, options_);
        reader_.emplace(*transport_, *deadline_, options_);
        writer_.emplace(*transport_, *deadline_);
    }

    // Runs the coroutine to its end and returns its result.
    template <class T>
    T run(awaitable<T> coroutine) {
        std::optional<T> result;
        auto take = [&result](std::exception_ptr failed, T value) {
            if (failed) std::rethrow_exception(failed);
            result.emplace(std::move(value));
        };
        asio::co_spawn(loop_, std::move(coroutine), take);
        loop_.restart();
        while (!result && loop_.run_one() > 0) continue;
        return std::move(result.value());
    }

    void client_sends(std::string_view bytes) { asio::write(client_, asio::buffer(bytes)); }

    // Returns all that the client receives until the server closes.
    std::string client_receives() {
        transport_->close();
        std::string bytes;
        boost::system::error_code end;
        asio::read(client_, asio::dynamic_buffer(bytes), end);
        return bytes;
    }

    HttpOptions options_{.stall_timeout = std::chrono::milliseconds(1000)};
    asio::io_context loop_;
    TimerWheel wheel_{loop_};
    asio::ip::tcp::socket client_{loop_};
    std::optional<Transport> transport_;
    std::optional<ConnectionDeadline> deadline_;
    std::optional<RequestReader> reader_;
    std::optional<ResponseWriter> writer_;
};

}  // namespace ks::net
