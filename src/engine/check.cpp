#include "engine/check.h"

#include "base/log.h"
#include "engine/blob_hash.h"

namespace ks::engine {

namespace {

constexpr int page_rows = 500;

// Paged list ordered by id; an empty page ends it.
template <class Row>
class Pages {
public:
    bool wants_more() const { return next_ == rows_.size() && !ended_; }
    const std::optional<FileId>& last() const { return last_; }
    void fill(std::vector<Row> rows) {
        rows_ = std::move(rows);
        next_ = 0;
        ended_ = rows_.empty();
        if (!ended_) last_ = rows_.back().id;
    }
    const Row* front() const { return next_ < rows_.size() ? &rows_[next_] : nullptr; }
    Row take() { return std::move(rows_[next_++]); }

private:
    std::vector<Row> rows_;
    std::size_t next_ = 0;
    std::optional<FileId> last_;
    bool ended_ = false;
};

std::string reason_of(const Error& error) { return error.detail.empty() ? error.message : error.detail; }

}  // namespace

awaitable<Result<CheckSummary>> Check::run() {
    if (options_.repair) KS_CO_CHECK(co_await uploads_.parts().reaper.sweep());
    KS_CO_CHECK(co_await note_leftovers());
    KS_CO_CHECK(co_await compare_sums());
    KS_CO_CHECK(co_await compare_blobs());
    KS_CO_CHECK(co_await compare_unfinished());
    co_return summary_;
}

awaitable<Result<void>> Check::note_leftovers() {
    auto count = [](Tx& tx) -> Result<std::uint64_t> { return tx.uploads().count_under_way(); };
    KS_CO_TRY(summary_.leftovers, co_await read(store_, std::move(count)));
    std::optional<FileId> last;
    while (true) {
        auto look = [last](Tx& tx) -> Result<std::vector<FileId>> { return tx.files().blob_deletions(page_rows, last); };
        KS_CO_TRY(auto ids, co_await read(store_, std::move(look)));
        if (ids.empty()) break;
        to_be_dropped_.insert(ids.begin(), ids.end());
        last = ids.back();
    }
    summary_.leftovers += to_be_dropped_.size();
    co_return Result<void>{};
}

awaitable<Result<void>> Check::compare_sums() {
    Page page{.limit = page_rows};
    while (true) {
        auto count = [this, page](Tx& tx) -> Result<std::vector<Unsettled>> {
            std::vector<Unsettled> users;
            for (User& user : tx.users().list(page)) {
                for (Upload& upload : tx.uploads().list(user.id)) note_begun(std::move(upload), user.username);
                Usage usage = tx.users().count_usage(user.id);
                users.push_back({std::move(user), usage});
            }
            return users;
        };
        KS_CO_TRY(auto users, co_await read(store_, std::move(count)));
        if (users.empty()) co_return Result<void>{};
        page.after_key = users.back().user.username;
        page.after_id = users.back().user.id.raw();
        for (Unsettled& found : users) {
            total_ += found.usage.files;
            if (found.user.used_bytes == found.usage.used() && found.user.reserved_bytes == found.usage.reserved) continue;
            if (options_.repair) {
                auto settle = [id = found.user.id, usage = found.usage](Tx& tx) -> Result<void> {
                    tx.users().set_usage(id, usage);
                    return {};
                };
                KS_CO_CHECK(co_await write(store_, std::move(settle)));
            }
            listener_.found({std::move(found), options_.repair});
        }
    }
}

void Check::note_begun(Upload upload, const std::string& owner) {
    if (upload.finished || upload.received == 0 || upload.kind == UploadKind::Simple) return;
    auto id = upload.id;
    begun_.insert_or_assign(id, Short{std::move(upload), owner});
}

void Check::see_begun(const FileId& id, std::uint64_t size) {
    auto found = begun_.find(id);
    if (found == begun_.end()) return;
    found->second.size = std::max(found->second.size, size);
    if (found->second.size >= found->second.upload.received) begun_.erase(found);
}

awaitable<Result<void>> Check::compare_blobs() {
    Pages<File> files;
    Pages<BlobInfo> blobs;
    while (true) {
        if (files.wants_more()) {
            auto look = [last = files.last()](Tx& tx) -> Result<std::vector<File>> { return tx.files().all(last, page_rows); };
            KS_CO_TRY(auto page, co_await read(store_, std::move(look)));
            files.fill(std::move(page));
        }
        if (blobs.wants_more()) {
            KS_CO_TRY(auto stretch, co_await blobs_.list(blobs.last()));
            blobs.fill(std::move(stretch));
        }
        const File* file = files.front();
        const BlobInfo* blob = blobs.front();
        if (!file && !blob) co_return Result<void>{};
        if (!file || (blob && blob->id < file->id)) {
            Surplus orphan{blob->id, blob->size};
            see_begun(blob->id, blob->size);
            blobs.take();
            KS_CO_CHECK(co_await judge_orphan(orphan));
            continue;
        }
        std::optional<BlobInfo> its_blob;
        if (blob && blob->id == file->id) its_blob = blobs.take();
        KS_CO_CHECK(co_await judge(files.take(), its_blob));
    }
}

awaitable<Result<void>> Check::compare_unfinished() {
    KS_CO_TRY(auto blobs, co_await blobs_.list_unfinished());
    for (const BlobInfo& blob : blobs) {
        see_begun(blob.id, blob.size);
        Surplus unfinished{blob.id};
        KS_CO_CHECK(co_await judge_orphan(unfinished));
    }
    for (auto& [id, found] : std::exchange(begun_, {})) KS_CO_CHECK(co_await judge_short(std::move(found)));
    co_return Result<void>{};
}

// Repair resets the offset to the bytes on disk; the client resumes from there.
awaitable<Result<void>> Check::judge_short(Short found) {
    if (options_.repair) {
        auto put_back = [upload = found.upload, size = found.size](Tx& tx) -> Result<void> {
            tx.users().subtract_used_bytes(upload.owner_id, upload.received - size);
            Upload row = upload;
            row.received = size;
            tx.uploads().update(row);
            return {};
        };
        KS_CO_CHECK(co_await write(store_, std::move(put_back)));
    }
    Finding finding{std::move(found), options_.repair};
    listener_.found(finding);
    co_return Result<void>{};
}

awaitable<Result<void>> Check::judge(File file, std::optional<BlobInfo> blob) {
    std::string flaw;
    if (blob) flaw = co_await flaw_of(file, *blob);
    ++summary_.files;
    summary_.bytes += file.size;
    listener_.progress(summary_.bytes, total_);
    if (blob && flaw.empty()) co_return Result<void>{};
    auto look = [id = file.owner_id](Tx& tx) -> Result<std::string> {
        auto user = tx.users().find(id);
        return user ? user->username : std::string();
    };
    KS_CO_TRY(std::string owner, co_await read(store_, std::move(look)));
    Finding finding;
    if (blob) {
        finding.what = Damaged{std::move(file), std::move(owner), std::move(flaw)};
    } else {
        finding.what = Missing{std::move(file), std::move(owner)};
    }
    listener_.found(finding);
    co_return Result<void>{};
}

awaitable<std::string> Check::flaw_of(File file, BlobInfo blob) {
    if (blob.size != file.size) co_return "it has " + std::to_string(blob.size) + " bytes";
    if (!options_.deep) co_return std::string();
    auto progress = [this](std::uint64_t hashed) { listener_.progress(summary_.bytes + hashed, total_); };
    auto digest = co_await hash_blob(blobs_, uploads_.parts().digests, file.id, std::move(progress));
    if (!digest) co_return "it can't be read: " + reason_of(digest.error());
    co_return *digest == file.sha256 ? "" : "its SHA-256 differs";
}

awaitable<Result<void>> Check::judge_orphan(Surplus blob) {
    if (to_be_dropped_.contains(blob.id)) co_return Result<void>{};
    // remove() deletes both the unfinished and the finished blob of an id, so a file protects both. An upload protects them too: its blob
    // may be finished before its row becomes a file.
    auto look = [id = blob.id](Tx& tx) -> Result<bool> { return tx.uploads().find(id) || tx.files().find(id); };
    KS_CO_TRY(bool wanted, co_await read(store_, std::move(look)));
    if (wanted) co_return Result<void>{};
    Finding finding{blob};
    if (options_.repair) {
        auto removed = co_await blobs_.remove(blob.id);
        if (!removed) log::warning("deleting a surplus blob failed", {{"reason", reason_of(removed.error())}});
        finding.repaired = removed.has_value();
    }
    listener_.found(finding);
    co_return Result<void>{};
}

}  // namespace ks::engine
