#include "adapters/sqlite/ballast.h"

#include "base/size.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ks::sqlite {

namespace {

// Size of the WAL between two automatic checkpoints (1,000 pages).
constexpr std::int64_t whole = 4_MiB;
constexpr std::int64_t least = 64_KiB;

}  // namespace

Ballast::Ballast(const std::string& path) {
    if (path == ":memory:") return;
    descriptor_ = ::open((path + "-ballast").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct stat facts {};
    if (descriptor_ >= 0 && ::fstat(descriptor_, &facts) == 0) size_ = facts.st_size;
    reserve();
}

Ballast::~Ballast() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool Ballast::exit_with_error() {
    if (size_ == 0 || ::ftruncate(descriptor_, 0) != 0) return false;
    size_ = 0;
    return true;
}

void Ballast::reserve() {
    if (descriptor_ < 0) return;
    for (auto more = whole - size_; more >= least; more = std::min(more / 2, whole - size_))
        if (::posix_fallocate(descriptor_, size_, more) == 0) size_ += more;
}

}  // namespace ks::sqlite
