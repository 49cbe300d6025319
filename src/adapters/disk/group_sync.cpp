#include "adapters/disk/group_sync.h"

#include "adapters/disk/folders.h"

#include <exception>
#include <fcntl.h>
#include <map>

namespace ks {

namespace {

template <class Work>
auto caught(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& error) {
        return fault(error.what());
    }
}

void make_durable(std::vector<GroupSync::Job>& jobs) {
    std::vector<Result<void>> outcomes(jobs.size());
    std::vector<DescriptorPtr> files(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (!jobs[i].prepare) continue;
        auto prepared = caught(jobs[i].prepare);
        if (prepared) files[i] = std::move(*prepared);
        if (!prepared) outcomes[i] = tl::unexpected(std::move(prepared.error()));
    }
    // All are on their way to the disk before the first is waited for.
    for (const DescriptorPtr& file : files) {
        if (file && jobs.size() > 1) ::sync_file_range(file->number(), 0, 0, SYNC_FILE_RANGE_WRITE);
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (outcomes[i] && files[i]) outcomes[i] = files[i]->sync();
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

}  // namespace

GroupSync::GroupSync() : thread_([this] { run(); }) {}

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
