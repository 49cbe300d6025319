#pragma once

#include <memory>
#include <utility>

namespace ks {

// Reference to an object that may be destroyed meanwhile, for callbacks and coroutines that outlive it. Used on the object's thread only.
template <class T>
class WeakHandle {
public:
    T* get() const { return *target_; }  // null once the object is destroyed or has expired its handles

private:
    template <class>
    friend class WeakHandles;
    explicit WeakHandle(std::shared_ptr<T*> target) : target_(std::move(target)) {}

    std::shared_ptr<T*> target_;
};

// Member of an object that hands out weak handles to itself. Allocates with the first one.
template <class T>
class WeakHandles {
public:
    WeakHandles() = default;
    ~WeakHandles() { expire(); }
    WeakHandles(const WeakHandles&) = delete;
    WeakHandles& operator=(const WeakHandles&) = delete;

    WeakHandle<T> handle(T& self) {
        if (!target_) target_ = std::make_shared<T*>(expired_ ? nullptr : &self);
        return WeakHandle<T>(target_);
    }

    // Makes all handles null, also later ones.
    void expire() {
        expired_ = true;
        if (target_) *target_ = nullptr;
    }

private:
    std::shared_ptr<T*> target_;
    bool expired_ = false;
};

}  // namespace ks
