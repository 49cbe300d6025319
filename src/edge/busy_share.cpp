#include "edge/busy_share.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace ks::edge {

namespace {

constexpr int attempts = 4;
constexpr auto pause_between = std::chrono::milliseconds(20);

template <class Outcome>
bool is_busy(const Outcome& outcome) {
    return !outcome && outcome.error().code == ErrorCode::Unavailable;
}

awaitable<void> wait_a_moment() {
    asio::steady_timer timer(co_await asio::this_coro::executor, pause_between);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

awaitable<Result<engine::ShareView>> look_at_share(RequestContext& call, std::string token, std::optional<std::string> password,
                                                   engine::Guest guest) {
    auto view = co_await call.app.shares.open_share(token, password, guest);
    for (int attempt = 1; attempt < attempts && is_busy(view); ++attempt) {
        co_await wait_a_moment();
        view = co_await call.app.shares.open_share(token, password, guest);
    }
    co_return view;
}

awaitable<Result<engine::DownloadTicket>> begin_download(RequestContext& call, engine::ShareView view, engine::Guest guest,
                                                         engine::ContentRequest request) {
    auto ticket = co_await call.app.downloads.begin(view, guest, request);
    for (int attempt = 1; attempt < attempts && is_busy(ticket); ++attempt) {
        co_await wait_a_moment();
        ticket = co_await call.app.downloads.begin(view, guest, request);
    }
    co_return ticket;
}

}  // namespace ks::edge
