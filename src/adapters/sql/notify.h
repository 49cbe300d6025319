#pragma once

#include "base/log.h"

#include <exception>
#include <utility>

namespace ks::sql {

// Calls the listener, if there is one. Its exceptions are logged and dropped: the commit has happened already.
template <class Listener, class... Values>
void notify(const Listener& listener, Values&&... values) {
    try {
        if (listener) listener(std::forward<Values>(values)...);
    } catch (const std::exception& exception) {
        log::error("store listener threw", {{"reason", exception.what()}});
    }
}

}  // namespace ks::sql
