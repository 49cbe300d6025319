#pragma once

#include "base/id.h"
#include "protocol/wire.h"

#include <optional>
#include <vector>

namespace ks {

// Whom an event concerns; which of them receive it stands in protocol/wire.json.
struct Parties {
    std::optional<UserId> owner{};
    std::optional<UserId> downloader{};
    std::optional<UserId> self{};                   // whom UserOnline and UserOffline are about
    std::optional<std::vector<UserId>> contacts{};  // where given, the only ones of the others who learn of it
    bool owner_alone = false;                       // whoever else receives such events
    std::vector<UserId> recipients{};
    std::vector<ShareId> shares{};  // the living shares of the file, whose watchers they are
};

struct Audience {
    std::vector<UserId> users{};     // each once
    std::vector<ShareId> shares{};   // connections that watch one of these
    std::optional<UserId> others{};  // all signed-in connections but this user's
    bool everyone = false;           // every connection, anonymous ones too
};

Audience audience_of(const Event& event, const Parties& parties);

// Those who did it themselves. What strangers cause at somebody's share is nobody's own.
std::vector<UserId> causers_of(const Event& event, const Parties& parties);

std::string_view type_of(const Event& event);

}  // namespace ks
