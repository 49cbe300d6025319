#pragma once

#include "codec/magic.h"
#include "ports/blob_store.h"
#include "runtime/offload.h"

#include <string>

namespace ks {

// Finds out of what type files are whose clients did not say: by the bytes they begin with and by their names. The result is for showing
// them to people; it is no more trusted than what a client says.
class ContentTypes {
public:
    explicit ContentTypes(BlobStore& blobs) : blobs_(blobs) {}

    // Returns the type to keep for a finished blob. `claimed` (claimed_content_type) stands where it names a type; application/octet-stream
    // gives way to a signature in the bytes, nothing at all to everything that helps. Never fails: what can't be found out is
    // application/octet-stream.
    awaitable<std::string> decide(FileId id, std::string filename, std::string claimed);

private:
    awaitable<std::string> guess(std::string filename, std::string first_bytes);
    awaitable<std::string> identify(std::string first_bytes);

    BlobStore& blobs_;
    Magic magic_;               // on thread_
    Offload thread_{1, 10000};  // libmagic takes too long for a core that serves sockets, and is for one thread at a time
};

}  // namespace ks
