#include "runtime/weak_handle.h"

#include <gtest/gtest.h>

#include <optional>

namespace ks {
namespace {

struct Object {
    WeakHandles<Object> handles{};
    WeakHandle<Object> handle() { return handles.handle(*this); }
};

TEST(WeakHandle, IsNullOnceTheObjectIsDestroyed) {
    std::optional<Object> object(std::in_place);
    auto first = object->handle(), second = object->handle();
    EXPECT_EQ(first.get(), &*object);
    EXPECT_EQ(second.get(), &*object);
    object.reset();
    EXPECT_EQ(first.get(), nullptr);
    EXPECT_EQ(second.get(), nullptr);
}

TEST(WeakHandle, ExpiresBeforeTheObject) {
    Object object;
    auto early = object.handle();
    object.handles.expire();
    EXPECT_EQ(early.get(), nullptr);
    EXPECT_EQ(object.handle().get(), nullptr);
}

TEST(WeakHandle, ExpiresBeforeTheFirstHandle) {
    Object object;
    object.handles.expire();
    EXPECT_EQ(object.handle().get(), nullptr);
}

}  // namespace
}  // namespace ks
