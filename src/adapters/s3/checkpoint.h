#pragma once

#include "base/id.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::s3 {

// An object with bytes of an unfinished blob that do not fill a part yet. Never written twice: its name ends with random characters.
struct Tail {
    std::uint64_t end = 0;  // in the blob; it begins at the end of the one before, or with the part
    std::string key;
};

// The durable state of an unfinished blob: its completed parts, and the tails of the part that follows them.
struct BlobState {
    std::string upload_id{};           // empty: no multipart upload was begun
    std::vector<std::string> etags{};  // of the parts 1, 2, …
    std::vector<Tail> tails{};         // in order
};

// A checkpoint is a small object that tells where the first bytes of an unfinished blob are. It is named after the number of these bytes;
// the tails are beside it. Two writers may both write the checkpoint of one size: each of them is true.
std::string checkpoint_folder(const FileId& id);
std::string checkpoint_key(const FileId& id, std::uint64_t size);
std::string new_tail_key(const FileId& id, std::uint64_t begin);
std::optional<std::uint64_t> size_of_checkpoint(std::string_view key);  // nullopt for a tail

std::string to_json(const BlobState& state);
Result<BlobState> parse_blob_state(std::string_view json);  // INTERNAL_ERROR if it is damaged

}  // namespace ks::s3
