#pragma once

#include "base/id.h"
#include "protocol/messages.h"

#include <optional>
#include <vector>

namespace ks {

// Users and shares involved in an event; protocol/wire.json defines which of them receive it.
struct EventContext {
    std::optional<UserId> owner{};
    std::optional<UserId> downloader{};
    std::optional<UserId> self{};                   // subject of UserOnline and UserOffline
    std::optional<std::vector<UserId>> contacts{};  // if set, deliver to these users instead of all others
    bool owner_alone = false;                       // deliver to the owner only
    std::vector<UserId> recipients{};
    std::vector<ShareId> shares{};  // active shares of the file; delivered to their watchers
};

struct Recipients {
    std::vector<UserId> users{};     // without duplicates
    std::vector<ShareId> shares{};   // connections watching one of these
    std::optional<UserId> others{};  // all signed-in connections except this user's
    bool everyone = false;           // every connection, including anonymous ones
    std::vector<UserId> except{};    // users who do not receive it after all: they get it from the journal, in order
};

Recipients recipients_of(const Event& event, const EventContext& context);

// Returns the users that an event is attributed to as their own. Events caused by strangers at a share are attributed to nobody.
std::vector<UserId> causes_of(const Event& event, const EventContext& context);

std::string_view type_of(const Event& event);

// Id of the file, share or user that an event is about.
using SubjectId = Id<struct SubjectTag>;

std::optional<SubjectId> subject_of(const Event& event);  // protocol/wire.json names the field; nullopt: the event is about none

}  // namespace ks
