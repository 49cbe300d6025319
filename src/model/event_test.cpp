#include "model/event.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

const UserId owner = UserId::make(), reader = UserId::make(), second_reader = UserId::make(), visitor = UserId::make();
const ShareId share = ShareId::make(), second_share = ShareId::make();

using Users = std::vector<UserId>;
using Shares = std::vector<ShareId>;

// Sets every party, so that a receiver too many is detected.
EventContext all_parties() {
    return {.owner = owner, .downloader = visitor, .self = visitor, .recipients = {reader, second_reader}, .shares = {share, second_share}};
}

void expect_audience(const Event& event, const Users& users, const Shares& shares, bool others = false, bool everyone = false) {
    SCOPED_TRACE(type_of(event));
    Recipients recipients = recipients_of(event, all_parties());
    EXPECT_EQ(recipients.users, users);
    EXPECT_EQ(recipients.shares, shares);
    EXPECT_EQ(recipients.others, others ? std::optional(visitor) : std::nullopt);
    EXPECT_EQ(recipients.everyone, everyone);
}

TEST(Recipients, IsWhatTheContractSays) {
    expect_audience(wire::FileUploaded{}, {owner}, {});
    expect_audience(wire::UploadProgress{}, {owner}, {});
    expect_audience(wire::FileDeleted{}, {owner, reader, second_reader}, {share, second_share});
    expect_audience(wire::FileShared{}, {owner, reader, second_reader}, {});
    expect_audience(wire::ShareAccessed{}, {owner}, {});
    expect_audience(wire::DownloadStarted{}, {owner, visitor}, {});
    expect_audience(wire::ShareExpired{}, {owner, reader, second_reader}, {share, second_share});
    expect_audience(wire::UserOnline{}, {}, {}, true);
    expect_audience(wire::UserOffline{}, {}, {}, true);
    expect_audience(wire::SystemNotification{}, {}, {}, false, true);
}

TEST(Recipients, HoldsEachUserOnce) {
    Recipients shared = recipients_of(wire::FileShared{}, {.owner = owner, .recipients = {reader, owner, reader}});
    EXPECT_EQ(shared.users, (Users{owner, reader}));
    Recipients download = recipients_of(wire::DownloadStarted{}, {.owner = owner, .downloader = owner});
    EXPECT_EQ(download.users, Users{owner});
}

TEST(Recipients, LacksADownloaderWhoIsNobody) {
    Recipients download = recipients_of(wire::DownloadStarted{}, {.owner = owner});
    EXPECT_EQ(download.users, Users{owner});
}

TEST(Recipients, OfPresenceIsTheContactsAloneWhereTheyAreGiven) {
    Recipients some = recipients_of(wire::UserOnline{}, {.self = visitor, .contacts = Users{owner, reader, owner}});
    EXPECT_EQ(some.users, (Users{owner, reader}));
    EXPECT_FALSE(some.others);
    Recipients none = recipients_of(wire::UserOffline{}, {.self = visitor, .contacts = Users{}});
    EXPECT_TRUE(none.users.empty());
    EXPECT_FALSE(none.others);
    EXPECT_FALSE(none.everyone);
}

TEST(Event, KnowsItsType) {
    EXPECT_EQ(type_of(wire::FileUploaded{}), "FileUploaded");
    EXPECT_EQ(type_of(wire::UserOffline{}), "UserOffline");
}

TEST(Event, KnowsItsSubject) {
    FileId file = FileId::make();
    EXPECT_EQ(subject_of(wire::FileUploaded{.file_id = file}), SubjectId{file.bytes});
    EXPECT_EQ(subject_of(wire::FileShared{.share_id = share, .file_id = file}), SubjectId{share.bytes});
    EXPECT_EQ(subject_of(wire::UserOnline{.user_id = owner}), SubjectId{owner.bytes});
    EXPECT_FALSE(subject_of(wire::SystemNotification{}));
}

}  // namespace
}  // namespace ks
