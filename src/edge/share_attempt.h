#pragma once

#include "edge/call.h"

namespace ks {

// A call that gives a share's password counts against the rate of guesses at this share from this address, until it turns out not to be
// wrong.
class ShareAttempt {
public:
    ShareAttempt(Call& call, const std::string& share_token, bool gives_password);

    Result<void> begin();  // RATE_LIMITED

    template <class Outcome>
    void end(const Outcome& outcome) {
        bool wrong = !outcome && outcome.error().code == ErrorCode::InvalidCredentials;
        if (gives_password_ && !wrong) limit_.give_back(key_);
    }

private:
    RateLimit& limit_;
    const Time now_;
    const std::string key_;
    const bool gives_password_;
};

}  // namespace ks
