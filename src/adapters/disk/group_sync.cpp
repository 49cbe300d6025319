#include "adapters/disk/group_sync.h"

#include "adapters/disk/folders.h"

#include <exception>
#include <latch>
#include <map>

namespace ks {

namespace {

constexpr unsigned files_at_once = 16;

template <class Work>
auto caught(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& error) {
        return fault(error.what());
    }
}

}  // namespace

void GroupSync::make_durable(std::vector<Job>& jobs) {
    std::vector<Result<void>> outcomes(jobs.size());
    std::vector<DescriptorPtr> files(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (!jobs[i].prepare) continue;
        auto prepared = caught(jobs[i].prepare);
        if (prepared) files[i] = std::move(*prepared);
        if (!prepared) outcomes[i] = tl::unexpected(std::move(prepared.error()));
    }
    std::latch synced(static_cast<std::ptrdiff_t>(jobs.size()));
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        auto sync = [&outcome = outcomes[i], &file = files[i], &synced] {
            if (outcome && file) outcome = file->sync();
            synced.count_down();
        };
        if (!files[i] || jobs.size() == 1 || !syncs_.post(sync)) sync();
    }
    synced.wait();
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (outcomes[i] && jobs[i].move) outcomes[i] = caught(jobs[i].move);
    }
    std::map<std::string, Result<void>> folders;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (!outcomes[i] || jobs[i].folder.empty()) continue;
        auto [folder, is_new] = folders.try_emplace(jobs[i].folder);
        if (is_new) folder->second = Folders::sync(folder->first);
        outcomes[i] = folder->second;
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].done(std::move(outcomes[i]));
}

GroupSync::GroupSync() : syncs_(files_at_once, 4096), thread_([this] { run(); }) {}

GroupSync::~GroupSync() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_all();
    thread_.join();
}

void GroupSync::add(Job job) {
    {
        std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(job));
    }
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

}  // namespace ks
