#pragma once

#include "edge/call.h"

namespace ks {

// A call that gives the password of an account. Failures count, by name and address and, more generously, by address alone: guessing is
// slow, and nobody is locked out by another's guesses. Each failure is a line of the log.
class SignInAttempt {
public:
    SignInAttempt(Call& call, std::string_view username);

    Result<void> begin();                        // RATE_LIMITED
    void end(const char* what, bool succeeded);  // `what` was attempted

private:
    Call& call_;
    const std::string username_;  // empty where it can't be one: it may be a password in the wrong field
    const std::string network_;
    const std::string key_;
};

}  // namespace ks
