#include "model/event.h"

#include <algorithm>

namespace ks {

Audience audience_of(const Event& event, const Parties& parties) {
    if (parties.owner_alone) return Audience{.users = {*parties.owner}};
    const Receivers& to = event_receivers[event.index()];
    Audience audience{.everyone = to.everyone};
    auto add = [&](const UserId& user) {
        if (std::find(audience.users.begin(), audience.users.end(), user) == audience.users.end()) audience.users.push_back(user);
    };
    if (to.owner && parties.owner) add(*parties.owner);
    if (to.downloader && parties.downloader) add(*parties.downloader);
    if (to.recipients) {
        for (const UserId& user : parties.recipients) add(user);
    }
    if (to.watchers) audience.shares = parties.shares;
    if (to.others && !parties.contacts) audience.others = parties.self;
    if (to.others && parties.contacts) {
        for (const UserId& user : *parties.contacts) add(user);
    }
    return audience;
}

std::vector<UserId> causers_of(const Event& event, const Parties& parties) {
    std::optional<UserId> causer = parties.owner;
    if (std::holds_alternative<wire::DownloadStarted>(event)) causer = parties.downloader;
    bool by_others = std::holds_alternative<wire::ShareAccessed>(event) || std::holds_alternative<wire::SystemNotification>(event) ||
                     std::holds_alternative<wire::ShareChanged>(event) || std::holds_alternative<wire::DownloadEnded>(event);
    if (by_others) causer.reset();
    return causer ? std::vector{*causer} : std::vector<UserId>{};
}

std::string_view type_of(const Event& event) {
    return std::visit([](const auto& message) { return message.type; }, event);
}

}  // namespace ks
