#include "adapters/s3/transport.h"

#include <algorithm>
#include <new>

namespace ks::s3 {

namespace {

constexpr std::size_t most_running = 64;  // requests without a sink
constexpr std::size_t most_with_sink = 1'000;
constexpr std::size_t most_pending = 10'000;
constexpr long most_idle_connections = 64;
constexpr int most_attempts = 5;
constexpr std::chrono::milliseconds longest_poll{1'000};

// At most 100 ms, 300 ms, 0.9 s, 2.7 s. Half of it is chance, so that requests that failed together don't return together.
std::chrono::milliseconds backoff_after(int attempts, std::minstd_rand& random) {
    int longest = 100;
    for (int i = 1; i < attempts; ++i) longest *= 3;
    return std::chrono::milliseconds(std::uniform_int_distribution<int>(longest / 2, longest)(random));
}

CURLM* make_multi() {
    ::curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM* multi = ::curl_multi_init();
    if (!multi) throw std::bad_alloc();
    ::curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, most_idle_connections);
    return multi;
}

}  // namespace

Transport::Transport(Location location, Credentials credentials)
    : location_(std::move(location)),
      signer_(std::move(credentials), location_.region),
      multi_(make_multi()),
      random_(std::random_device()()),
      thread_([this] { run(); }) {}

Transport::~Transport() {
    stop();
    ::curl_multi_cleanup(multi_);
}

std::uint64_t Transport::send(Request request, ResponseHandler done) {
    auto transfer = std::make_unique<Transfer>(std::move(request), std::move(done));
    {
        std::lock_guard lock(mutex_);
        bool fits = pending_ < most_pending && (!transfer->has_sink() || pending_with_sink_ < most_with_sink);
        if (!stopping_ && fits) {
            ++pending_;
            if (transfer->has_sink()) ++pending_with_sink_;
            transfer->number = ++last_number_;
            sent_.push_back(std::move(transfer));
            ::curl_multi_wakeup(multi_);
            return last_number_;
        }
    }
    transfer->abandon();
    return 0;
}

void Transport::resume(std::uint64_t number) {
    std::lock_guard lock(mutex_);
    resumed_.push_back(number);
    ::curl_multi_wakeup(multi_);
}

void Transport::cancel(std::uint64_t number) {
    std::lock_guard lock(mutex_);
    cancelled_.push_back(number);
    ::curl_multi_wakeup(multi_);
}

void Transport::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        ::curl_multi_wakeup(multi_);
    }
    if (thread_.joinable()) thread_.join();
}

void Transport::run() {
    while (take_commands()) {
        start_due();
        int running = 0;
        ::curl_multi_perform(multi_, &running);
        take_finished();
        ::curl_multi_poll(multi_, nullptr, 0, poll_timeout_ms(), nullptr);
    }
    // No request is added any more.
    for (auto& [number, transfer] : running_) ::curl_multi_remove_handle(multi_, transfer->handle());
    for (auto& [number, transfer] : std::exchange(running_, {})) transfer->abandon();
    for (Repetition& repetition : std::exchange(repetitions_, {})) repetition.transfer->abandon();
    for (TransferPtr& transfer : std::exchange(waiting_, {})) transfer->abandon();
    for (TransferPtr& transfer : std::exchange(sent_, {})) transfer->abandon();
}

bool Transport::take_commands() {
    std::vector<TransferPtr> sent;
    std::vector<std::uint64_t> resumed;
    std::vector<std::uint64_t> cancelled;
    {
        std::lock_guard lock(mutex_);
        if (stopping_) return false;
        sent.swap(sent_);
        resumed.swap(resumed_);
        cancelled.swap(cancelled_);
    }
    for (TransferPtr& transfer : sent) {
        if (transfer->has_sink()) {
            start(std::move(transfer));
        } else {
            waiting_.push_back(std::move(transfer));
        }
    }
    for (std::uint64_t number : cancelled) {
        if (auto transfer = remove(number)) release(*transfer);
    }
    for (std::uint64_t number : resumed) {
        if (auto found = running_.find(number); found != running_.end()) ::curl_easy_pause(found->second->handle(), CURLPAUSE_CONT);
    }
    return true;
}

void Transport::start_due() {
    auto now = Steady::now();
    auto is_due = [now](const Repetition& repetition) { return repetition.due <= now; };
    auto first_due = std::partition(repetitions_.begin(), repetitions_.end(), std::not_fn(is_due));
    for (auto due = first_due; due != repetitions_.end(); ++due) waiting_.push_front(std::move(due->transfer));
    repetitions_.erase(first_due, repetitions_.end());
    while (!waiting_.empty() && running_without_sink_ < most_running) {
        start(std::move(waiting_.front()));
        waiting_.pop_front();
    }
}

void Transport::start(TransferPtr transfer) {
    transfer->prepare(signer_, location_);
    ::curl_multi_add_handle(multi_, transfer->handle());
    if (!transfer->has_sink()) ++running_without_sink_;
    std::uint64_t number = transfer->number;
    running_.emplace(number, std::move(transfer));
}

void Transport::take_finished() {
    int left = 0;
    while (CURLMsg* message = ::curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURLcode outcome = message->data.result;
        char* owner = nullptr;
        ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
        auto transfer = remove(reinterpret_cast<Transfer*>(owner)->number);
        if (!transfer->has_sink() && transfer->attempts() < most_attempts && transfer->failed_for_now(outcome)) {
            repetitions_.push_back({Steady::now() + backoff_after(transfer->attempts(), random_), std::move(transfer)});
            continue;
        }
        release(*transfer);
        transfer->complete(outcome);
    }
}

// Takes the request from those that run. Null if it is not one of them.
Transport::TransferPtr Transport::remove(std::uint64_t number) {
    auto found = running_.find(number);
    if (found == running_.end()) return nullptr;
    TransferPtr transfer = std::move(found->second);
    running_.erase(found);
    if (!transfer->has_sink()) --running_without_sink_;
    ::curl_multi_remove_handle(multi_, transfer->handle());
    return transfer;
}

void Transport::release(const Transfer& transfer) {
    std::lock_guard lock(mutex_);
    --pending_;
    if (transfer.has_sink()) --pending_with_sink_;
}

int Transport::poll_timeout_ms() const {
    auto timeout = longest_poll;
    for (const Repetition& repetition : repetitions_) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(repetition.due - Steady::now());
        timeout = std::clamp(left, std::chrono::milliseconds(0), timeout);
    }
    return static_cast<int>(timeout.count());
}

}  // namespace ks::s3
