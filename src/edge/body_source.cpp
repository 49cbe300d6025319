#include "base/size.h"
#include "edge/body_source.h"

#include <algorithm>

namespace ks::edge {

namespace {

constexpr std::size_t receive_bytes = 16_KiB;  // read size for headers and boundaries of parts

}  // namespace

FormSource::FormSource(net::Exchange& exchange, net::MultipartParser parser)
    : exchange_(exchange), parser_(std::move(parser)), piece_(receive_bytes, '\0') {}

awaitable<Result<FormSource::Event>> FormSource::next() {
    while (true) {
        KS_CO_TRY(Event event, parser_.next());
        if (event != Event::NeedMore) co_return event;
        KS_CO_TRY(std::size_t size, co_await receive(piece_));
        parser_.feed(std::string_view(piece_).substr(0, size));
    }
}

awaitable<Result<std::size_t>> FormSource::receive(std::span<char> out) {
    KS_CO_TRY(std::size_t size, co_await exchange_.read_some(out));
    if (size == 0) co_return fail(ErrorCode::InvalidRequest, "The multipart body is malformed: the closing boundary is missing");
    co_return size;
}

awaitable<Result<bool>> FormSource::next_part() {
    while (true) {
        KS_CO_TRY(Event event, co_await next());
        if (event == Event::Part) co_return true;
        if (event == Event::End) co_return false;
    }
}

awaitable<Result<std::size_t>> FormSource::read_some(std::span<char> out) {
    while (data_.empty()) {
        KS_CO_TRY(Event event, parser_.next());
        if (event == Event::NeedMore) {
            // Most of the input is part data: read it directly into `out` to avoid a copy.
            auto room = out.first(parser_.passes() ? out.size() : std::min(out.size(), receive_bytes));
            KS_CO_TRY(std::size_t received, co_await receive(room));
            std::size_t passed = parser_.pass({out.data(), received});
            parser_.feed({out.data() + passed, received - passed});
            if (passed > 0) co_return passed;
            continue;
        }
        if (event == Event::PartEnd) co_return std::size_t{0};
        KS_ASSERT(event == Event::Data);
        data_ = parser_.data();
    }
    std::size_t size = data_.copy(out.data(), out.size());
    data_.remove_prefix(size);
    co_return size;
}

}  // namespace ks::edge
