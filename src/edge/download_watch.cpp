#include "edge/download_watch.h"

#include <atomic>

namespace ks::edge {

namespace {

constexpr auto report_interval = std::chrono::milliseconds(200);
constexpr auto cut_interval = std::chrono::seconds(5);

engine::DownloadMonitor::RequestId next_request() {
    static std::atomic<engine::DownloadMonitor::RequestId> last{0};
    return ++last;
}

engine::DownloadFacts facts_of(const engine::DownloadTicket& ticket) {
    const engine::ShareView& view = ticket.view;
    return {ticket.download->id, view.share.id, view.file.id, view.share.owner_id, ticket.download->visitor, view.file.size};
}

void cut_slow_later(App& app) {
    auto timer = std::make_shared<asio::steady_timer>(app.realtime.loops().loop(0), cut_interval);
    timer->async_wait([&app, timer](const boost::system::error_code& error) {
        if (error || app.stopping) return;
        app.looks_for_slow_downloads = app.download_monitor.cut_slow(Steady::now());
        if (app.looks_for_slow_downloads) cut_slow_later(app);
    });
}

}  // namespace

// State shared with loop 0; outlives the watch.
struct DownloadWatch::Sending {
    App& app;
    net::Exchange* exchange;  // null after finish(); connection's loop only
    unsigned loop;
    engine::DownloadFacts facts;
    engine::DownloadMonitor::RequestId id = next_request();
    bool reported = false;
    std::uint64_t bytes = 0;  // as last reported
    Steady::time_point at{};
};

DownloadWatch::DownloadWatch(App& app, net::Exchange& exchange, const engine::DownloadTicket& ticket, asio::any_io_executor executor)
    : app_(app),
      facts_(facts_of(ticket)),
      timer_(std::move(executor)),
      sending_(std::make_shared<Sending>(Sending{app, &exchange, exchange.loop(), facts_})) {
    look_later();
}

DownloadWatch::~DownloadWatch() { finish(); }

void DownloadWatch::look_later() {
    timer_.expires_after(report_interval);
    timer_.async_wait([this, weak = std::weak_ptr(sending_)](const boost::system::error_code& error) {
        auto sending = weak.lock();
        if (error || !sending || !sending->exchange) return;
        report(sending);
        look_later();
    });
}

void DownloadWatch::report(const std::shared_ptr<Sending>& sending) {
    std::uint64_t bytes = sending->exchange->body_handed_over();
    bool is_news = bytes != sending->bytes || Steady::now() - sending->at >= engine::DownloadMonitor::sample_interval;
    if (!is_news) return;
    sending->reported = true;
    sending->bytes = bytes;
    sending->at = Steady::now();
    auto abort = [sending] {
        auto on_its_core = [sending] {
            if (sending->exchange) sending->exchange->abort();
        };
        asio::post(sending->app.realtime.loops().loop(sending->loop), std::move(on_its_core));
    };
    auto report = [sending, bytes, abort = std::move(abort)]() mutable {
        sending->app.download_monitor.report(sending->facts, sending->id, bytes, std::move(abort), Steady::now());
    };
    asio::post(sending->app.realtime.loops().loop(0), std::move(report));
}

std::uint64_t DownloadWatch::finish() {
    if (!sending_) return 0;
    auto sending = std::exchange(sending_, nullptr);
    timer_.cancel();
    std::uint64_t bytes = sending->exchange->body_handed_over();
    // Skip downloads that completed in a single request before the first report: they have no progress to show.
    bool of_several = bytes < facts_.file_size;
    sending->exchange = nullptr;
    if (sending->reported || of_several) {
        auto report = [sending, bytes] { sending->app.download_monitor.end_request(sending->facts, sending->id, bytes, Steady::now()); };
        asio::post(app_.realtime.loops().loop(0), std::move(report));
    }
    return bytes;
}

void note_refusal(App& app, const ShareId& share) {
    auto note = [&app, share] {
        app.download_monitor.note_refusal(share, Steady::now());
        if (!std::exchange(app.looks_for_slow_downloads, true)) cut_slow_later(app);
    };
    asio::post(app.realtime.loops().loop(0), std::move(note));
}

void forget_download(App& app, const DownloadId& id) {
    asio::post(app.realtime.loops().loop(0), [&app, id] { app.download_monitor.end_download(id); });
}

}  // namespace ks::edge
