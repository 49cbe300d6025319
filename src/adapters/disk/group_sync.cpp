#include "adapters/disk/group_sync.h"

#include "adapters/disk/blob_layout.h"

#include <exception>
#include <latch>
#include <map>

namespace ks::disk {

namespace {

constexpr unsigned files_at_once = 16;

template <class Work>
auto caught(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& error) {
        return internal_error(error.what());
    }
}

}  // namespace

void GroupSync::make_durable(std::vector<Job>& jobs) {
    std::vector<Result<DescriptorPtr>> files;
    std::map<std::string, Result<void>> folders;
    for (Job& job : jobs) {
        Result<DescriptorPtr> file = caught(job.begin);
        if (file && !job.folder.empty()) folders.try_emplace(job.folder);
        files.push_back(std::move(file));
    }
    std::vector<Result<void>> outcomes(jobs.size());
    std::vector<std::function<void()>> syncs;
    for (auto& folder : folders) syncs.emplace_back([&folder] { folder.second = BlobLayout::sync(folder.first); });
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (!files[i]) outcomes[i] = tl::unexpected(std::move(files[i].error()));
        if (outcomes[i] && *files[i]) syncs.emplace_back([&outcome = outcomes[i], &file = **files[i]] { outcome = file.sync(); });
    }
    std::latch synced(static_cast<std::ptrdiff_t>(syncs.size()));
    for (auto& sync : syncs) {
        auto run = [&sync, &synced] {
            sync();
            synced.count_down();
        };
        if (&sync == &syncs.back() || !syncs_.post(run)) run();
    }
    synced.wait();
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (outcomes[i] && !jobs[i].folder.empty()) outcomes[i] = folders[jobs[i].folder];
        jobs[i].done(std::move(outcomes[i]));
    }
}

GroupSync::GroupSync() : syncs_(files_at_once, 4096), thread_([this] { run(); }) {}

GroupSync::~GroupSync() { stop(); }

void GroupSync::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void GroupSync::add(Job job) {
    std::unique_lock lock(mutex_);
    if (stopping_) {
        lock.unlock();
        return job.done(storage_unavailable("the blob store has stopped"));
    }
    waiting_.push_back(std::move(job));
    lock.unlock();
    ready_.notify_one();
}

void GroupSync::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        ready_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        auto jobs = std::exchange(waiting_, {});
        lock.unlock();
        make_durable(jobs);
        jobs.clear();
        lock.lock();
    }
}

}  // namespace ks::disk
