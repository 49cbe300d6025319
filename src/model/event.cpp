#include "model/event.h"

#include <algorithm>

namespace ks {

Recipients recipients_of(const Event& event, const EventContext& context) {
    if (context.owner_alone) return Recipients{.users = {*context.owner}};
    const Receivers& to = event_receivers[event.index()];
    Recipients recipients{.everyone = to.everyone};
    auto add = [&](const UserId& user) {
        if (std::find(recipients.users.begin(), recipients.users.end(), user) == recipients.users.end()) recipients.users.push_back(user);
    };
    if (to.owner && context.owner) add(*context.owner);
    if (to.downloader && context.downloader) add(*context.downloader);
    if (to.recipients) {
        for (const UserId& user : context.recipients) add(user);
    }
    if (to.watchers) recipients.shares = context.shares;
    if (to.others && !context.contacts) recipients.others = context.self;
    if (to.others && context.contacts) {
        for (const UserId& user : *context.contacts) add(user);
    }
    return recipients;
}

std::vector<UserId> causes_of(const Event& event, const EventContext& context) {
    std::optional<UserId> causer = context.owner;
    if (std::holds_alternative<wire::DownloadStarted>(event)) causer = context.downloader;
    bool by_others = std::holds_alternative<wire::ShareAccessed>(event) || std::holds_alternative<wire::SystemNotification>(event) ||
                     std::holds_alternative<wire::ShareChanged>(event) || std::holds_alternative<wire::DownloadEnded>(event);
    if (by_others) causer.reset();
    return causer ? std::vector{*causer} : std::vector<UserId>{};
}

std::string_view type_of(const Event& event) {
    return std::visit([](const auto& message) { return message.type; }, event);
}

std::optional<SubjectId> subject_of(const Event& event) {
    auto id = std::visit([](const auto& message) { return message.subject(); }, event);
    return id ? std::optional(SubjectId{*id}) : std::nullopt;
}

}  // namespace ks
