#include "adapters/disk/space.h"

#include "adapters/disk/file_descriptor.h"
#include "base/size.h"

#include <algorithm>
#include <sys/statvfs.h>

namespace ks::disk {

namespace {

constexpr std::uint64_t most_kept_back = 256_MiB;
constexpr std::uint64_t part_kept_back = 50;  // reserve of small disks: 1/50 of their size

}  // namespace

Result<std::uint64_t> space_left(int descriptor) {
    struct statvfs facts {};
    if (::fstatvfs(descriptor, &facts) != 0) return failure_of("fstatvfs", "the disk of the blobs");
    std::uint64_t unit = facts.f_frsize;
    std::uint64_t kept_back = std::min(most_kept_back, facts.f_blocks * unit / part_kept_back);
    std::uint64_t free = facts.f_bavail * unit;
    return free - std::min(free, kept_back);
}

tl::unexpected<Error> no_space() { return fail(ErrorCode::StorageFull, "The server's disk is full; try again later"); }

}  // namespace ks::disk
