#include "engine/download_monitor.h"

#include "engine/journal.h"

#include <algorithm>

namespace ks::engine {

std::uint64_t DownloadMonitor::Entry::bytes() const {
    std::uint64_t sum = bytes_of_ended;
    for (const auto& [id, request] : requests) sum += request.bytes;
    return sum;
}

void DownloadMonitor::report(const DownloadFacts& facts, RequestId request, std::uint64_t bytes, std::function<void()> abort,
                             Steady::time_point now) {
    Entry& entry = entries_.try_emplace(facts.id, Entry{facts}).first->second;
    Request& known = entry.requests[request];
    known.bytes = bytes;
    known.abort = std::move(abort);
    publish(entry, now);
}

void DownloadMonitor::end_request(const DownloadFacts& facts, RequestId request, std::uint64_t bytes, Steady::time_point now) {
    Entry& entry = entries_.try_emplace(facts.id, Entry{facts}).first->second;
    entry.requests.erase(request);
    entry.bytes_of_ended += bytes;
    publish(entry, now);
}

void DownloadMonitor::end_download(const DownloadId& id) { entries_.erase(id); }

void DownloadMonitor::publish(Entry& entry, Steady::time_point now) {
    std::uint64_t bytes = entry.bytes();
    if (entry.samples.empty() || now - entry.samples.back().at >= sample_interval) entry.samples.push_back({now, bytes});
    // Keep one sample that is at least slow_after old, as soon as the download is.
    while (entry.samples.size() > 1 && now - entry.samples[1].at >= slow_after) entry.samples.pop_front();
    if (now - entry.told < progress_interval_) return;
    entry.told = now;
    const DownloadFacts& facts = entry.facts;
    wire::DownloadProgress event{facts.share_id, facts.file_id, facts.id, facts.visitor, std::min(bytes, facts.file_size), facts.file_size};
    publish_now(bus_, event, {.owner = facts.owner_id}, clock_.now(), facts.id.text());
}

void DownloadMonitor::note_refusal(const ShareId& share, Steady::time_point now) { refusals_[share] = now; }

bool DownloadMonitor::cut_slow(Steady::time_point now) {
    std::erase_if(refusals_, [&](const auto& refusal) { return now - refusal.second > slow_after; });
    for (auto& [id, entry] : entries_) {
        const Sample& oldest = entry.samples.front();
        auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - oldest.at).count();
        if (!refusals_.contains(entry.facts.share_id) || now - oldest.at < slow_after) continue;
        if (entry.bytes() - oldest.bytes >= least_rate * static_cast<std::uint64_t>(seconds)) continue;
        for (auto& [request_id, request] : entry.requests) {
            if (request.abort) std::exchange(request.abort, {})();
        }
    }
    return !refusals_.empty();
}

}  // namespace ks::engine
