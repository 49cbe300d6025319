#pragma once

#include "base/result.h"

namespace ks::disk {

// Returns the bytes available on the file system of an open file or folder, minus a reserve that lets the database continue to write when
// uploads have filled the disk.
Result<std::uint64_t> space_left(int descriptor);

tl::unexpected<Error> no_space();  // STORAGE_FULL

}  // namespace ks::disk
