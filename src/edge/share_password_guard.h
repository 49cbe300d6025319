#pragma once

#include "edge/request_context.h"

namespace ks::edge {

// Rate limit of password guesses at a share, per address and in total. begin() reserves a guess; end() releases it unless the password was
// wrong.
class SharePasswordGuard {
public:
    SharePasswordGuard(RequestContext& call, const std::string& share_token, bool gives_password);

    awaitable<Result<void>> begin();  // RATE_LIMITED

    template <class Outcome>
    void end(const Outcome& outcome) {
        bool wrong = !outcome && outcome.error().code == ErrorCode::InvalidCredentials;
        if (gives_password_ && !wrong) refund();
        if (gives_password_ && wrong) log_wrong_password();
    }

private:
    void refund();
    void log_wrong_password() const;
    void warn_owner();

    App& app_;
    const Time now_;
    const std::string share_token_;
    const std::string network_;
    const std::string key_;  // rate-limit key: share and network
    const unsigned loop_;
    const bool gives_password_;
};

}  // namespace ks::edge
