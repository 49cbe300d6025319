#pragma once

#include "engine/accounts.h"
#include "engine/files.h"
#include "engine/recent.h"

#include <atomic>

namespace ks {

// How often something changed that shortcuts hold. From any thread.
class Changes {
public:
    void note(Announcements announcements);
    AsOf now() const { return {count_.load(), Steady::now()}; }

private:
    std::atomic<std::uint64_t> count_{0};
};

// What one core has lately asked the store about callers and their files: who asks often is not held up by the database. A revocation, or
// another change that is announced, holds for every request that comes after its own answer.
class Shortcuts {
public:
    Shortcuts(Accounts& accounts, Files& files, const Clock& clock, const Changes& changes)
        : accounts_(accounts), files_(files), clock_(clock), changes_(changes) {}

    // As the calls of Accounts and Files.
    awaitable<Result<Actor>> authenticate(std::string bearer, Expired jwt = Expired::Refused);
    awaitable<Result<Actor>> authenticate_cookie(std::string cookie);
    awaitable<Result<File>> find(Actor actor, FileId id);

private:
    const Actor* known(const std::string& question, AsOf now, Expired expired) const;

    Accounts& accounts_;
    Files& files_;
    const Clock& clock_;
    const Changes& changes_;
    Recent<Actor> actors_{512};
    Recent<File> found_{512};
};

}  // namespace ks
