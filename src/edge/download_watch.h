#pragma once

#include "edge/app.h"
#include "engine/downloads.h"
#include "net/http.h"

#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace ks {

// While a request of a download is being sent: reports to the monitor, which lives on core 0, how far it is, and lets it be cut from
// there. Lives on the connection's core.
class DownloadWatch {
public:
    DownloadWatch(App& app, net::Exchange& exchange, const DownloadTicket& ticket, asio::any_io_executor executor);
    ~DownloadWatch();
    DownloadWatch(const DownloadWatch&) = delete;
    DownloadWatch& operator=(const DownloadWatch&) = delete;

    // After the last byte: how many there were.
    std::uint64_t finish();

private:
    struct Sending;
    void look_later();
    static void report(const std::shared_ptr<Sending>& sending);

    App& app_;
    DownloadFacts facts_;
    asio::steady_timer timer_;
    std::shared_ptr<Sending> sending_;
};

// Somebody was refused at a share whose last downloads are under way.
void note_refusal(App& app, const ShareId& share);

// The download is over: the monitor forgets it.
void forget_download(App& app, const DownloadId& id);

}  // namespace ks
