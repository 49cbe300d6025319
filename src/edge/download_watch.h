#pragma once

#include "edge/app.h"
#include "engine/downloads.h"
#include "net/http.h"

#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace ks::edge {

// Reports the progress of one download request to the DownloadMonitor on loop 0, and lets the monitor abort it. Used on the connection's
// loop only.
class DownloadWatch {
public:
    DownloadWatch(App& app, net::Exchange& exchange, const engine::DownloadTicket& ticket, asio::any_io_executor executor);
    ~DownloadWatch();
    DownloadWatch(const DownloadWatch&) = delete;
    DownloadWatch& operator=(const DownloadWatch&) = delete;

    // Ends the reports after the last byte. Returns the number of bytes handed over; idempotent, 0 on further calls.
    std::uint64_t finish();

private:
    struct Sending;
    void look_later();
    static void report(const std::shared_ptr<Sending>& sending);

    App& app_;
    engine::DownloadFacts facts_;
    asio::steady_timer timer_;
    std::shared_ptr<Sending> sending_;
};

// Records that a visitor was refused because in-flight downloads hold the rest of the share's limit. Starts the periodic abort of slow
// downloads. Thread-safe.
void note_refusal(App& app, const ShareId& share);

// Removes a finished download from the monitor. Thread-safe.
void forget_download(App& app, const DownloadId& id);

}  // namespace ks::edge
