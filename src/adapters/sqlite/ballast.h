#pragma once

#include <cstdint>
#include <string>

namespace ks {

// Room beside the database that nothing else can take: given up when the disk is full, so that what makes room can still be written down.
// One thread alone.
class Ballast {
public:
    explicit Ballast(const std::string& path);  // takes what it gets; ":memory:" needs none
    ~Ballast();
    Ballast(const Ballast&) = delete;
    Ballast& operator=(const Ballast&) = delete;

    bool give_up();  // false: there is nothing to give
    void take();     // again, as far as there is room

private:
    int descriptor_ = -1;
    std::int64_t size_ = 0;
};

}  // namespace ks
