#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace ks::net {

// Immutable reference-counted bytes. The count is not atomic: all owners must be on one loop. One pointer wide.
class SharedBytes {
public:
    SharedBytes() = default;
    explicit SharedBytes(std::string_view bytes) : block_(new (::operator new(sizeof(Block) + bytes.size())) Block{1, bytes.size()}) {
        std::memcpy(block_ + 1, bytes.data(), bytes.size());
    }
    SharedBytes(const SharedBytes& other) noexcept : block_(other.block_) {
        if (block_) ++block_->owners;
    }
    SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    SharedBytes& operator=(SharedBytes other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~SharedBytes() {
        if (block_ && --block_->owners == 0) ::operator delete(block_);
    }

    explicit operator bool() const { return block_ != nullptr; }
    std::size_t size() const { return block_ ? block_->size : 0; }
    const char* data() const { return reinterpret_cast<const char*>(block_ + 1); }
    std::string_view view() const { return block_ ? std::string_view(data(), size()) : std::string_view(); }
    std::size_t owners() const { return block_ ? block_->owners : 0; }

    friend bool operator==(const SharedBytes& a, const SharedBytes& b) { return a.block_ == b.block_; }  // identity, not content

private:
    struct Block {
        std::size_t owners;
        std::size_t size;
    };
    Block* block_ = nullptr;  // followed by the bytes
};

}  // namespace ks::net
