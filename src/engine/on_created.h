#pragma once

#include "ports/tx.h"

#include <functional>
#include <utility>

namespace ks::engine {

// Hook called with the created object within the creating transaction. An error rolls the transaction back.
template <class Created>
using OnCreated = std::function<Result<void>(Tx&, const Created&)>;

// Calls the hook and returns `outcome`; must be the last step of the transaction.
template <class Created>
Result<Created> created(Tx& tx, Created outcome, const OnCreated<Created>& hook) {
    if (hook) KS_CHECK(hook(tx, outcome));
    return outcome;
}

}  // namespace ks::engine
