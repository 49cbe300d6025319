#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace ks {

// Fixed-capacity buffer that is filled piece by piece. Its memory is not initialised before it is filled.
class Buffer {
public:
    explicit Buffer(std::size_t capacity) : bytes_(new char[capacity]), capacity_(capacity) {}

    std::span<char> room() { return {bytes_.get() + size_, capacity_ - size_}; }
    void add(std::size_t filled) { size_ += filled; }  // marks the first bytes of room() as filled
    void clear() { size_ = 0; }

    std::string_view bytes() const { return {bytes_.get(), size_}; }
    bool empty() const { return size_ == 0; }
    bool full() const { return size_ == capacity_; }
    std::size_t capacity() const { return capacity_; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_;
    std::size_t size_ = 0;
};

using BufferPtr = std::shared_ptr<const Buffer>;

}  // namespace ks
