#pragma once

#include "ports/tx.h"

#include <functional>
#include <utility>

namespace ks {

// Called with what is created, in the transaction that creates it. An error undoes the transaction.
template <class Created>
using OnCreated = std::function<Result<void>(Tx&, const Created&)>;

// The last line of such a transaction.
template <class Created>
Result<Created> created(Tx& tx, Created outcome, const OnCreated<Created>& hook) {
    if (hook) KS_CHECK(hook(tx, outcome));
    return outcome;
}

}  // namespace ks
