#include "adapters/s3/checkpoint.h"

#include "base/crypto.h"
#include "codec/json.h"

#include <charconv>
#include <limits>

namespace ks::s3 {

namespace {

constexpr std::size_t random_bytes_of_name = 12;
constexpr std::int64_t largest_offset = std::numeric_limits<std::int64_t>::max();

Result<BlobState> parse(std::string_view json) {
    KS_TRY(codec::JsonObject object, codec::JsonObject::parse(json));
    BlobState state;
    KS_TRY(state.upload_id, object.string("upload_id"));
    KS_TRY(auto etags, object.optional_strings("etags"));
    if (etags) state.etags = std::move(*etags);
    KS_TRY(auto tails, object.objects("tails"));
    std::uint64_t last_end = 0;
    for (const codec::JsonObject& tail : tails) {
        KS_TRY(auto end, tail.optional_integer("end", 1, largest_offset));
        KS_TRY(std::string key, tail.string("key"));
        if (!end || static_cast<std::uint64_t>(*end) <= last_end) return bad_field("tails", "they must be in order");
        last_end = static_cast<std::uint64_t>(*end);
        state.tails.push_back({last_end, std::move(key)});
    }
    return state;
}

}  // namespace

std::string checkpoint_folder(const FileId& id) { return id.text() + ".checkpoint/"; }
std::string checkpoint_key(const FileId& id, std::uint64_t size) { return checkpoint_folder(id) + std::to_string(size); }

std::string new_tail_key(const FileId& id, std::uint64_t begin) {
    return checkpoint_folder(id) + "tail-" + std::to_string(begin) + "-" + random_token(random_bytes_of_name);
}

std::optional<std::uint64_t> size_of_checkpoint(std::string_view key) {
    key.remove_prefix(key.rfind('/') + 1);
    std::uint64_t size = 0;
    auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), size);
    return error == std::errc() && end == key.data() + key.size() ? std::optional(size) : std::nullopt;
}

std::string to_json(const BlobState& state) {
    std::vector<std::string> tails;
    for (const Tail& tail : state.tails) tails.push_back(codec::JsonWriter().add("end", tail.end).add("key", tail.key).text());
    return codec::JsonWriter().add("upload_id", state.upload_id).add("etags", state.etags).raw("tails", codec::json_array(tails)).text();
}

Result<BlobState> parse_blob_state(std::string_view json) {
    auto state = parse(json);
    if (!state) return internal_error("the checkpoint of an upload is damaged");
    return state;
}

}  // namespace ks::s3
