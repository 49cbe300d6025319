#include "base/size.h"
#include "codec/zip.h"
#include "edge/api.h"
#include "edge/content.h"
#include "edge/security_headers.h"
#include "edge/server_url.h"
#include "model/filename.h"

#include <set>

namespace ks::edge::api {

namespace {

constexpr std::size_t most_files = 1000;
constexpr std::size_t buffer_bytes = 256_KiB;

// Parses ?ids=a,b&ids=c.
std::vector<std::string> ids_in(const net::Target& target) {
    std::vector<std::string> ids;
    for (const auto& [name, value] : target.parameters) {
        if (name != "ids") continue;
        for (std::string_view rest = value; !rest.empty();) {
            ids.emplace_back(rest.substr(0, rest.find(',')));
            rest.remove_prefix(std::min(ids.back().size() + 1, rest.size()));
        }
    }
    return ids;
}

// Reads "ids" from the body of a POST: the request line is too short for many ids.
awaitable<Result<std::vector<std::string>>> ids_in_body(RequestContext& call) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto ids, body.optional_strings("ids"));
    co_return std::move(ids).value_or(std::vector<std::string>());
}

// Parses and deduplicates ids; keeps their order.
Result<std::vector<FileId>> parse_ids(const std::vector<std::string>& texts) {
    if (texts.empty()) return bad_field("ids", "\"ids\" must contain at least one file id");
    if (texts.size() > most_files) return bad_field("ids", "Too many \"ids\": the limit is 1000");
    std::vector<FileId> ids;
    std::set<FileId> seen;
    for (const std::string& text : texts) {
        auto id = FileId::parse(text);
        if (!id) return bad_field("ids", "\"ids\" must be file ids");
        if (seen.insert(*id).second) ids.push_back(*id);
    }
    return ids;
}

codec::ZipArchive archive_of(const std::vector<File>& files) {
    auto names = portable_filenames(files);
    std::vector<codec::ZipEntry> entries;
    for (std::size_t i = 0; i < files.size(); ++i) entries.push_back({std::move(names[i]), files[i].size, files[i].created_at});
    return codec::ZipArchive(std::move(entries));
}

// Streams the archive through one buffer. The response head is sent when the buffer is first flushed: an earlier error gets its own status,
// a later one ends the connection.
class ArchiveStream {
public:
    ArchiveStream(RequestContext& call, net::Response head) : call_(call), head_(std::move(head)), buffer_(buffer_bytes, '\0') {}

    awaitable<Result<void>> add(std::string text) {
        if (text.size() > buffer_.size() - filled_) KS_CO_CHECK(co_await flush());
        text.copy(buffer_.data() + filled_, text.size());
        filled_ += text.size();
        co_return Result<void>{};
    }

    // Returns the CRC-32 of the content.
    awaitable<Result<std::uint32_t>> add_content(File file, const BlobReader& blob) {
        std::uint32_t crc = 0;
        auto content = blob.stream(0, file.size);
        for (std::uint64_t offset = 0; offset < file.size;) {
            if (filled_ == buffer_.size()) KS_CO_CHECK(co_await flush());
            auto room = std::span(buffer_).subspan(filled_);
            auto out = room.first(static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), file.size - offset)));
            KS_CO_TRY(std::size_t got, co_await content->read(out));
            if (got == 0) co_return internal_error("blob is shorter than its file: " + file.id.text());
            crc = codec::crc32(crc, {out.data(), got});
            filled_ += got;
            offset += got;
        }
        co_return crc;
    }

    awaitable<Result<void>> finish() {
        KS_CO_CHECK(co_await flush());
        co_await call_.exchange.finish();
        co_return Result<void>{};
    }

private:
    awaitable<Result<void>> flush() {
        bool there = true;
        if (!call_.exchange.answered()) there = co_await call_.exchange.start(std::move(head_));
        std::string_view piece(buffer_.data(), filled_);
        if (there) there = co_await call_.exchange.write_some(piece);
        if (!there) co_return fail(ErrorCode::Unavailable, "The client disconnected");
        filled_ = 0;
        co_return Result<void>{};
    }

    RequestContext& call_;
    net::Response head_;
    std::string buffer_;
    std::size_t filled_ = 0;
};

}  // namespace

HandlerResult archive_files(RequestContext& call, const Actor& actor) {
    std::vector<std::string> texts = ids_in(call.target);
    if (call.request().method == "POST") {
        KS_CO_TRY(texts, co_await ids_in_body(call));
    }
    KS_CO_TRY(auto ids, parse_ids(texts));
    KS_CO_TRY(auto files, co_await call.app.files.find_all(actor, std::move(ids)));
    const codec::ZipArchive archive = archive_of(files);
    net::Response head;
    head.with("Content-Type", "application/zip").with("Content-Disposition", content_disposition("files.zip", false));
    head.with("Cache-Control", "private, no-store").with("X-Content-Type-Options", "nosniff");
    head.head_length = archive.size();
    if (call.request().method == "HEAD") co_return std::move(head);

    add_security_headers(head, uses_tls(call));
    ArchiveStream stream(call, std::move(head));
    std::vector<std::uint32_t> crcs;
    for (std::size_t i = 0; i < files.size(); ++i) {
        KS_CO_TRY(auto blob, co_await call.app.files.content(files[i]));
        co_await call.app.files.note_download(actor, files[i]);
        KS_CO_CHECK(co_await stream.add(archive.local_header(i)));
        KS_CO_TRY(auto crc, co_await stream.add_content(files[i], *blob));
        KS_CO_CHECK(co_await stream.add(archive.data_descriptor(i, crc)));
        crcs.push_back(crc);
    }
    for (std::size_t i = 0; i < files.size(); ++i) KS_CO_CHECK(co_await stream.add(archive.directory_entry(i, crcs[i])));
    KS_CO_CHECK(co_await stream.add(archive.end()));
    KS_CO_CHECK(co_await stream.finish());
    co_return std::nullopt;
}

}  // namespace ks::edge::api
