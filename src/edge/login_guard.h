#pragma once

#include "edge/request_context.h"

namespace ks::edge {

// Rate limit and log of one password check of an account. Failures count per user name and network and, with a higher limit, per network:
// this slows guessing, and others cannot lock a user out. end() releases the attempt on success and logs every outcome.
class LoginGuard {
public:
    LoginGuard(RequestContext& call, std::string_view username);

    awaitable<Result<void>> begin();             // RATE_LIMITED
    void end(const char* what, bool succeeded);  // `what`: action, for the log

private:
    RequestContext& call_;
    const std::string username_;  // empty if malformed, since it may be a password typed into the wrong field
    const std::string network_;
    const std::string key_;
};

}  // namespace ks::edge
