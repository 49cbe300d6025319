#pragma once

#include <cstdint>
#include <string>

namespace ks::sqlite {

// Disk space reserved in a file beside the database. Released when the disk is full, so that transactions that free space can still commit.
// Not thread-safe.
class Ballast {
public:
    explicit Ballast(const std::string& path);  // best-effort; ":memory:" reserves nothing
    ~Ballast();
    Ballast(const Ballast&) = delete;
    Ballast& operator=(const Ballast&) = delete;

    bool exit_with_error();  // releases the space; false if none is reserved
    void reserve();          // reserves again as much as the disk allows

private:
    int descriptor_ = -1;
    std::int64_t size_ = 0;
};

}  // namespace ks::sqlite
