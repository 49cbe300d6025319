#include "cli/http.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace ks::cli {
namespace {

using namespace std::chrono_literals;

// Responds to one request with the first `bytes` of 4 bytes, one every `apart`; then stays silent until the client disconnects.
class SlowServer {
public:
    SlowServer(int bytes, std::chrono::milliseconds apart) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        bool fine = ::bind(listener_, plain, size) == 0 && ::listen(listener_, 1) == 0 && ::getsockname(listener_, plain, &size) == 0;
        EXPECT_TRUE(fine);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
        thread_ = std::thread([this, bytes, apart] { serve(bytes, apart); });
    }
    ~SlowServer() {
        thread_.join();
        ::close(listener_);
    }

    const std::string& url() const { return url_; }

private:
    void serve(int bytes, std::chrono::milliseconds apart) const {
        int client = ::accept(listener_, nullptr, nullptr);
        char request[4096];
        EXPECT_GT(::recv(client, request, sizeof request, 0), 0);
        std::string next = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
        for (int sent = 0; sent <= bytes; ++sent) {
            EXPECT_GT(::send(client, next.data(), next.size(), MSG_NOSIGNAL), 0);
            pollfd hang_up{client, POLLIN, 0};
            if (sent < bytes && ::poll(&hang_up, 1, static_cast<int>(apart.count())) != 0) break;  // The client has disconnected.
            next = ".";
        }
        EXPECT_EQ(::recv(client, request, sizeof request, 0), 0);
        ::close(client);
    }

    int listener_;
    std::string url_;
    std::thread thread_;
};

TEST(Stall, IsNoStreamThatComesSlowly) {
    SlowServer server(4, 1300ms);
    Http http;
    std::string body;
    HttpRequest request{.url = server.url(), .stall = 3s};
    request.sink = [&](const HttpHead&, std::string_view bytes) {
        body += bytes;
        return true;
    };
    auto answer = http.send(request);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(body, "....");
}

TEST(Stall, IsAnAnswerInDrops) {
    SlowServer server(3, 400ms);
    Http http;
    auto answer = http.send({.url = server.url(), .stall = 1s});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().exit, ExitCode::Network);
}

TEST(Stall, IsADownloadBelowItsLeastSpeed) {
    SlowServer server(3, 400ms);
    Http http;
    HttpRequest request{.url = server.url(), .stall = 1s, .stall_bytes = 1000};
    request.sink = [](const HttpHead&, std::string_view) { return true; };
    EXPECT_FALSE(http.send(request));
}

TEST(Stall, IsSilence) {
    SlowServer server(1, 0ms);
    Http http;
    auto answer = http.send({.url = server.url(), .stall = 1s});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().exit, ExitCode::Network);
    EXPECT_TRUE(answer.error().transient);
    EXPECT_NE(answer.error().message.find("did not respond in time"), std::string::npos);
}

}  // namespace
}  // namespace ks::cli
