#include "adapters/s3/s3_blobs.h"

#include "adapters/s3/concatenation.h"
#include "adapters/s3/object_stream.h"
#include "adapters/s3/s3_writer.h"

#include <algorithm>
#include <set>

namespace ks::s3 {

namespace {

// A small blob needs one request: open() brings its content.
constexpr std::uint64_t opening_bytes = 64_KiB;

constexpr std::uint64_t longest_checkpoint = 8_MiB;
constexpr std::chrono::seconds check_interval{5};
constexpr std::chrono::seconds url_lifetime{300};
constexpr std::string_view checkpoint_suffix = ".checkpoint/";

class S3Reader final : public BlobReader {
public:
    S3Reader(StoreContextPtr context, std::string key, Content content)
        : context_(std::move(context)), key_(std::move(key)), content_(std::move(content)) {}

    std::uint64_t size() const override { return content_.size; }
    std::optional<int> native_file() const override { return std::nullopt; }

    std::unique_ptr<BlobStream> stream(std::uint64_t offset, std::uint64_t length) const override {
        offset = std::min(offset, content_.size);
        length = std::min(length, content_.size - offset);
        std::string start;
        if (offset < content_.bytes.size()) start = content_.bytes.substr(offset, length);
        Range rest{.offset = offset + start.size(), .length = length - start.size()};
        return std::make_unique<ObjectStream>(std::make_shared<Download>(context_, key_, std::move(start), rest));
    }

private:
    const StoreContextPtr context_;
    const std::string key_;
    const Content content_;
};

// The id in a key like "<uuid>", or "<uuid>.checkpoint/".
std::optional<FileId> id_of(std::string_view key, std::string_view suffix) {
    if (!key.ends_with(suffix)) return std::nullopt;
    auto id = FileId::parse(key.substr(0, key.size() - suffix.size()));
    return id && id->text() == key.substr(0, key.size() - suffix.size()) ? id : std::nullopt;
}

}  // namespace

S3Blobs::S3Blobs(Location location, Credentials credentials, Offload& pool)
    : context_(std::make_shared<StoreContext>(std::move(location), std::move(credentials), pool)) {}

std::unique_ptr<BlobWriter> S3Blobs::create(FileId id) { return std::make_unique<S3Writer>(context_, id); }

awaitable<Result<std::unique_ptr<BlobWriter>>> S3Blobs::resume(FileId id, std::uint64_t size) {
    KS_CO_TRY(UploadPtr upload, co_await resume_upload(id, size));
    co_return std::make_unique<S3Writer>(context_, id, std::move(upload));
}

awaitable<Result<S3Blobs::UploadPtr>> S3Blobs::resume_upload(FileId id, std::uint64_t size) {
    if (size == 0) {
        KS_CO_CHECK(co_await context_->client.remove(id.text()));
        co_return std::make_shared<BlobUpload>(context_, id, context_->claims->take_over(id));
    }
    auto finished = co_await context_->client.head(id.text());
    if (finished && *finished < size) co_return internal_error("blob has only " + std::to_string(*finished) + " bytes");
    if (finished) co_return co_await reopen(id, size);
    if (finished.error().code != ErrorCode::NotFound) co_return tl::unexpected(std::move(finished.error()));
    auto upload = co_await load_checkpoint(id, size);
    bool is_between = !upload && upload.error().code == ErrorCode::NotFound;
    if (is_between) co_return co_await resume_between_checkpoints(id, size);
    co_return upload;
}

awaitable<Result<S3Blobs::UploadPtr>> S3Blobs::load_checkpoint(FileId id, std::uint64_t size) {
    KS_CO_TRY(Content content, co_await context_->client.get_start(checkpoint_key(id, size), longest_checkpoint));
    KS_CO_TRY(BlobState state, parse_blob_state(content.bytes));
    co_return std::make_shared<BlobUpload>(context_, id, context_->claims->take_over(id), std::move(state), size);
}

// Parts of a multipart upload can't be read before it is complete: completes the shortest one that has the bytes, and reopens it.
awaitable<Result<S3Blobs::UploadPtr>> S3Blobs::resume_between_checkpoints(FileId id, std::uint64_t size) {
    KS_CO_TRY(std::vector<std::uint64_t> sizes, co_await checkpoints_of(id));
    auto longer = std::upper_bound(sizes.begin(), sizes.end(), size);
    if (longer == sizes.end()) co_return internal_error("blob has only " + std::to_string(sizes.empty() ? 0 : sizes.back()) + " bytes");
    BlobInfo blob{id, *longer};
    KS_CO_CHECK(co_await make_readable(blob));
    co_return co_await reopen(id, size);
}

// Makes a finished blob unfinished again, with its first bytes copied; it is deleted when they are durable.
awaitable<Result<S3Blobs::UploadPtr>> S3Blobs::reopen(FileId id, std::uint64_t size) {
    auto upload = std::make_shared<BlobUpload>(context_, id, context_->claims->take_over(id));
    while (upload->next_part_ends_by(size)) KS_CO_CHECK(co_await upload->copy_part(id.text()));
    if (upload->size() < size) {
        Range range{.offset = upload->size(), .length = size - upload->size()};
        KS_CO_TRY(std::string bytes, co_await context_->client.get(id.text(), range));
        auto piece = std::make_shared<Buffer>(bytes.size());
        bytes.copy(piece->room().data(), bytes.size());
        piece->add(bytes.size());
        KS_CO_CHECK(co_await upload->append(std::move(piece)));
    }
    KS_CO_CHECK(co_await upload->checkpoint());
    KS_CO_CHECK(co_await context_->client.remove(id.text()));
    co_return upload;
}

awaitable<Result<void>> S3Blobs::make_readable(BlobInfo blob) {
    auto finished = co_await context_->client.head(blob.id.text());
    if (finished && *finished == blob.size) co_return Result<void>{};
    if (finished) co_return internal_error("blob has " + std::to_string(*finished) + " bytes");
    if (finished.error().code != ErrorCode::NotFound) co_return tl::unexpected(std::move(finished.error()));
    auto upload = co_await load_checkpoint(blob.id, blob.size);
    bool is_absent = !upload && upload.error().code == ErrorCode::NotFound;
    if (is_absent) co_return internal_error("an unfinished blob of " + std::to_string(blob.size) + " bytes is missing");
    if (!upload) co_return tl::unexpected(std::move(upload.error()));
    co_return co_await (*upload)->finish();
}

awaitable<Result<void>> S3Blobs::concatenate(FileId id, std::vector<BlobInfo> parts) {
    Concatenation whole(context_, id);
    for (const BlobInfo& part : parts) {
        KS_CO_CHECK(co_await make_readable(part));
        KS_CO_CHECK(co_await whole.add(part.id.text(), part.size));
    }
    co_return co_await whole.finish();
}

awaitable<Result<std::unique_ptr<BlobReader>>> S3Blobs::open(FileId id) {
    KS_CO_TRY(Content content, co_await context_->client.get_start(id.text(), opening_bytes));
    co_return std::make_unique<S3Reader>(context_, id.text(), std::move(content));
}

std::optional<std::string> S3Blobs::temporary_url(FileId id, const BlobResponseHeaders& headers) const {
    Query query{{"response-content-type", headers.content_type}, {"response-content-disposition", headers.content_disposition}};
    return context_->client.presigned_url(id.text(), std::move(query), url_lifetime);
}

// The object last: nobody can complete an upload after it.
awaitable<Result<void>> S3Blobs::remove(FileId id) {
    context_->claims->revoke(id);
    KS_CO_CHECK(co_await remove_unfinished(context_, id));
    co_return co_await context_->client.remove(id.text());
}

awaitable<Result<void>> S3Blobs::check() {
    auto now = std::chrono::steady_clock::now();
    {
        std::lock_guard lock(mutex_);
        bool is_fresh = checked_at_.time_since_epoch().count() != 0 && now - checked_at_ < check_interval;
        if (is_fresh) co_return checked_;
    }
    auto outcome = co_await context_->client.head_bucket();
    std::lock_guard lock(mutex_);
    checked_at_ = now;
    checked_ = outcome;
    co_return outcome;
}

awaitable<Result<std::optional<std::uint64_t>>> S3Blobs::available_bytes() { co_return std::nullopt; }

awaitable<Result<std::vector<BlobInfo>>> S3Blobs::list(std::optional<FileId> after) {
    std::vector<BlobInfo> blobs;
    std::string last;
    if (after) last = after->text();
    std::string next;
    do {
        KS_CO_TRY(ObjectPage page, co_await context_->client.list(std::string(), last, next));
        for (const Object& object : page.objects) {
            if (auto id = id_of(object.key, "")) blobs.push_back({*id, object.size});
        }
        next = page.next;
    } while (blobs.empty() && !next.empty());
    co_return blobs;
}

awaitable<Result<std::vector<BlobInfo>>> S3Blobs::list_unfinished() {
    std::set<FileId> unfinished;
    std::set<FileId> finished;
    std::string next;
    do {
        KS_CO_TRY(ObjectPage page, co_await context_->client.list(std::string(), std::string(), next));
        // An object precedes its checkpoints, on this page or at the end of the last one.
        for (const Object& object : page.objects) {
            if (auto id = id_of(object.key, "")) finished.insert(*id);
        }
        for (const std::string& folder : page.folders) {
            if (auto id = id_of(folder, checkpoint_suffix); id && !finished.contains(*id)) unfinished.insert(*id);
        }
        while (finished.size() > 1) finished.erase(finished.begin());
        next = page.next;
    } while (!next.empty());
    KS_CO_TRY(auto uploads, co_await context_->client.list_uploads(std::string()));
    for (const UnfinishedUpload& upload : uploads) {
        auto id = id_of(upload.key, "");
        if (!id || unfinished.contains(*id)) continue;
        auto found = co_await context_->client.head(upload.key);
        if (!found && found.error().code == ErrorCode::NotFound) unfinished.insert(*id);
    }
    std::vector<BlobInfo> blobs;
    for (const FileId& id : unfinished) {
        KS_CO_TRY(std::vector<std::uint64_t> sizes, co_await checkpoints_of(id));
        blobs.push_back({id, sizes.empty() ? 0 : sizes.back()});
    }
    co_return blobs;
}

// In ascending order.
awaitable<Result<std::vector<std::uint64_t>>> S3Blobs::checkpoints_of(FileId id) {
    std::vector<std::uint64_t> sizes;
    std::string next;
    do {
        KS_CO_TRY(ObjectPage page, co_await context_->client.list(checkpoint_folder(id), std::string(), next));
        for (const Object& object : page.objects) {
            if (auto size = size_of_checkpoint(object.key)) sizes.push_back(*size);
        }
        next = page.next;
    } while (!next.empty());
    std::sort(sizes.begin(), sizes.end());
    co_return sizes;
}

}  // namespace ks::s3
