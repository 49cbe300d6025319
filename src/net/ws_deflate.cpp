#include "base/size.h"
#include "net/ws_deflate.h"

#include "base/result.h"

#include <zlib.h>

#include <algorithm>

namespace ks::net {

namespace {

// A sync flush ends with these bytes; the sender strips them, the receiver restores them (§7.2).
constexpr std::string_view tail("\x00\x00\xff\xff", 4);
constexpr std::size_t window_bytes = 32_KiB;
constexpr std::size_t kept_bytes = 256_KiB;  // larger output buffers are released

Bytef* bytes_of(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

}  // namespace

struct Inflater::Stream {
    z_stream z{};
    Stream() { KS_ASSERT(inflateInit2(&z, -MAX_WBITS) == Z_OK); }
    ~Stream() { inflateEnd(&z); }
};

Inflater::Inflater() = default;
Inflater::~Inflater() = default;

Inflater::Outcome Inflater::inflate(std::string_view compressed, std::size_t max_bytes, std::string_view& message) {
    message = {};
    if (compressed.empty()) return Outcome::Ok;  // some clients send an empty message like this
    if (!stream_) stream_ = std::make_unique<Stream>();
    z_stream& z = stream_->z;
    inflateReset(&z);
    if (out_.size() > std::max(kept_bytes, max_bytes)) std::string().swap(out_);
    if (out_.empty()) out_.resize(std::min<std::size_t>(max_bytes + 1, 16_KiB));

    std::size_t made = 0;
    for (auto input : {compressed, tail}) {
        z.next_in = bytes_of(input);
        z.avail_in = static_cast<uInt>(input.size());
        while (true) {
            if (made == out_.size()) out_.resize(std::min(max_bytes + 1, out_.size() * 2));
            z.next_out = bytes_of(out_) + made;
            z.avail_out = static_cast<uInt>(out_.size() - made);
            auto status = ::inflate(&z, Z_SYNC_FLUSH);
            made = out_.size() - z.avail_out;
            if (made > max_bytes) return Outcome::TooBig;
            if (status == Z_STREAM_END) {
                // A block with BFINAL ends the deflate stream, not the message (§7.2.3.4); later blocks may refer to earlier data.
                auto window = std::min(made, window_bytes);
                inflateReset(&z);
                inflateSetDictionary(&z, bytes_of(out_) + made - window, static_cast<uInt>(window));
            } else if (status != Z_OK && status != Z_BUF_ERROR) {
                return Outcome::Corrupt;
            }
            if (z.avail_in == 0 && z.avail_out > 0) break;
            if (status == Z_BUF_ERROR && z.avail_out > 0) return Outcome::Corrupt;
        }
    }
    bool between_blocks = z.data_type & 128;
    if (!between_blocks) return Outcome::Corrupt;
    message = std::string_view(out_).substr(0, made);
    return Outcome::Ok;
}

struct Deflater::Stream {
    z_stream z{};
    // Memory level 5: a small hash table, because it is cleared for every message.
    Stream() { KS_ASSERT(deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -deflate_window_bits, 5, Z_DEFAULT_STRATEGY) == Z_OK); }
    ~Stream() { deflateEnd(&z); }
};

Deflater::Deflater() = default;
Deflater::~Deflater() = default;

std::string_view Deflater::deflate(std::string_view text) {
    if (!stream_) stream_ = std::make_unique<Stream>();
    z_stream& z = stream_->z;
    deflateReset(&z);
    if (out_.size() > kept_bytes && out_.size() > text.size() * 2) std::string().swap(out_);
    if (out_.size() < text.size() + tail.size()) out_.resize(text.size() + tail.size());  // a longer result would not be smaller
    z.next_in = bytes_of(text);
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = bytes_of(out_);
    z.avail_out = static_cast<uInt>(text.size() + tail.size());
    auto status = ::deflate(&z, Z_SYNC_FLUSH);
    auto made = std::string_view(out_).substr(0, text.size() + tail.size() - z.avail_out);
    if (status != Z_OK || z.avail_out == 0 || !made.ends_with(tail)) return {};
    made.remove_suffix(tail.size());
    return made.size() < text.size() ? made : std::string_view{};
}

}  // namespace ks::net
