#pragma once

#include "codec/magic.h"
#include "ports/blob_store.h"
#include "runtime/offload.h"

#include <string>

namespace ks::engine {

// Detects the media type of files uploaded without one, from their first bytes and their name. The result is for display only: no more
// trustworthy than a type claimed by the client.
class ContentTypes {
public:
    // `thread`: a pool with one thread for libmagic, which is not thread-safe, and too slow for a loop that serves sockets.
    ContentTypes(BlobStore& blobs, Offload& thread) : blobs_(blobs), thread_(thread) {}

    // Returns the type to store for a finished blob. A specific `claimed` type (see claimed_content_type) wins; application/octet-stream is
    // replaced only if the bytes have a signature; an empty claim is replaced by any guess, including by name. Never fails: the fallback is
    // application/octet-stream.
    awaitable<std::string> decide(FileId id, std::string filename, std::string claimed);

private:
    awaitable<std::string> guess(std::string filename, std::string first_bytes);
    awaitable<std::string> identify(std::string first_bytes);

    BlobStore& blobs_;
    Offload& thread_;
    codec::Magic magic_;  // used on thread_ only
};

}  // namespace ks::engine
