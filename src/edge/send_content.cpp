#include "edge/send_content.h"

#include "base/size.h"
#include "edge/security_headers.h"
#include "edge/server_url.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace ks::edge {

namespace {

constexpr std::uint64_t piece_bytes = 256_KiB;

// Sends the head together with the first piece: if that cannot be read, the error gets its own status.
awaitable<Result<void>> stream_content(net::Exchange& exchange, ContentPlan plan, const BlobReader& blob, BeforeLastPiece before_last) {
    auto executor = co_await asio::this_coro::executor;
    auto content = blob.stream(plan.offset, plan.length);
    std::string piece(std::min(plan.length, piece_bytes), '\0');
    for (std::uint64_t left = plan.length; left > 0;) {
        KS_CO_TRY(std::size_t size, co_await content->read(piece));
        if (size == 0) co_return internal_error("a blob became shorter while it was sent");
        if (size == left && before_last) KS_CO_CHECK(co_await before_last());
        if (!exchange.answered() && !co_await exchange.start(std::move(plan.response))) co_return Result<void>{};
        if (!co_await exchange.write_some(std::string_view(piece).substr(0, size))) co_return Result<void>{};
        left -= size;
        // Reads and writes may complete at once: let the loop serve its other connections.
        co_await asio::post(executor, asio::use_awaitable);
    }
    co_await exchange.finish();
    co_return Result<void>{};
}

}  // namespace

awaitable<Result<void>> send_content(RequestContext& call, ContentPlan plan, const BlobReader& blob, BeforeLastPiece before_last) {
    add_security_headers(plan.response, uses_tls(call));
    std::optional<int> file = blob.native_file();
    bool is_streamed = plan.length > 0 && (!file || before_last);
    if (is_streamed) co_return co_await stream_content(call.exchange, std::move(plan), blob, std::move(before_last));
    if (file) plan.response.file = net::FileBody{*file, plan.offset, plan.length};
    co_await call.exchange.send(std::move(plan.response));
    co_return Result<void>{};
}

}  // namespace ks::edge
