#pragma once

#include "engine/files.h"
#include "engine/sessions.h"
#include "engine/ttl_cache.h"

#include <atomic>

namespace ks::engine {

// Generation counter that invalidates every RequestCache. Thread-safe.
class CacheGeneration {
public:
    void note(BusMessages messages);
    AsOf now() const { return {count_.load(), Steady::now()}; }

private:
    std::atomic<std::uint64_t> count_{0};
};

// Per-loop cache of actors and their files, so that frequent requests do not wait for the database. A revocation or other announced change
// applies to every request that arrives after the response to the change: with other nodes, which hear of it later, nothing is cached.
// Thread: one loop.
class RequestCache {
public:
    RequestCache(Sessions& sessions, Files& files, const Clock& clock, const CacheGeneration& changes, bool is_alone)
        : sessions_(sessions), files_(files), clock_(clock), changes_(changes), is_alone_(is_alone) {}

    // See Sessions and Files.
    awaitable<Result<Actor>> authenticate(std::string bearer, codec::Expired jwt = codec::Expired::Refused);
    awaitable<Result<Actor>> authenticate_cookie(std::string cookie);
    awaitable<Result<File>> find(Actor actor, FileId id);

private:
    const Actor* known(const std::string& key, AsOf now, codec::Expired expired) const;

    Sessions& sessions_;
    Files& files_;
    const Clock& clock_;
    const CacheGeneration& changes_;
    const bool is_alone_;  // no other node changes the database
    TtlCache<Actor> actors_{512};
    TtlCache<File> found_{512};
};

}  // namespace ks::engine
