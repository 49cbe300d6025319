#include "tests/contract/store_test.h"

#include <algorithm>

namespace ks::contract {

namespace {

class AccountsTest : public StoreTest {
protected:
    Session add_session(const User& user, SessionKind kind, std::optional<Time> expires_at, const std::string& name = {}) {
        Session session{SessionId::make(), user.id, kind, name, 0, noon, expires_at};
        write([&](Tx& tx) { tx.sessions().insert(session); });
        return session;
    }
    std::optional<Session> session(const SessionId& id) {
        return read([&](Tx& tx) { return tx.sessions().find(id); });
    }
    std::vector<UserId> contacts(const User& user, Time now = noon) {
        auto found = read([&](Tx& tx) { return tx.users().contacts(user.id, now); });
        std::sort(found.begin(), found.end());
        return found;
    }
};

std::vector<UserId> sorted(std::vector<UserId> ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace

TEST_P(AccountsTest, AUserComesBackAsItWasGiven) {
    EXPECT_FALSE(read([](Tx& tx) { return tx.users().any(); }));
    User user{UserId::make(), "anna", "$argon2id$…", Role::Admin, 5, 3, true, noon, noon + Duration(1), noon + Duration(2)};
    write([&](Tx& tx) { return tx.users().insert(user); });
    auto found = read([&](Tx& tx) { return tx.users().find(std::string("anna")); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, user.id);
    EXPECT_EQ(found->password_hash, user.password_hash);
    EXPECT_EQ(found->role, Role::Admin);
    EXPECT_EQ(found->quota_bytes, 5U);
    EXPECT_EQ(found->used_bytes, 3U);
    EXPECT_TRUE(found->disabled);
    EXPECT_EQ(found->tokens_valid_from, user.tokens_valid_from);
    EXPECT_EQ(found->created_at, user.created_at);
    EXPECT_EQ(found->last_seen, user.last_seen);
    EXPECT_TRUE(read([](Tx& tx) { return tx.users().any(); }));
    EXPECT_FALSE(read([](Tx& tx) { return tx.users().find(std::string("bert")).has_value(); }));
}

TEST_P(AccountsTest, AUsernameIsTakenOnce) {
    User anna = add_user("anna");
    User other{.id = UserId::make(), .username = "anna", .created_at = noon};
    EXPECT_FALSE(write([&](Tx& tx) { return tx.users().insert(other); }));
    EXPECT_EQ(read([](Tx& tx) { return tx.users().find(std::string("anna"))->id; }), anna.id);
    EXPECT_FALSE(read([&](Tx& tx) { return tx.users().find(other.id).has_value(); }));
}

TEST_P(AccountsTest, UpdateChangesWhatAnAdministratorMay) {
    User anna = add_user("anna");
    anna.role = Role::Admin;
    anna.quota_bytes = 77;
    anna.disabled = true;
    anna.tokens_valid_from = noon;
    write([&](Tx& tx) {
        tx.users().update(anna);
        tx.users().set_last_seen(anna.id, noon + Duration(5));
    });
    auto found = *read([&](Tx& tx) { return tx.users().find(anna.id); });
    EXPECT_EQ(found.role, Role::Admin);
    EXPECT_EQ(found.quota_bytes, 77U);
    EXPECT_TRUE(found.disabled);
    EXPECT_EQ(found.tokens_valid_from, noon);
    EXPECT_EQ(found.last_seen, noon + Duration(5));
}

TEST_P(AccountsTest, ARemovedUserTakesAlongAllThatIsTheirs) {
    User anna = add_user("anna"), bert = add_user("bert");
    File file = add_file(anna, "a"), others = add_file(bert, "b");
    Share share = add_share(file, {bert.id}), received = add_share(others, {anna.id});
    Session session = add_session(anna, SessionKind::Tokens, noon);
    write([&](Tx& tx) {
        EventDelivery delivery{.type = "FileUploaded", .message = "{}", .at = noon, .recipients = {.users = {anna.id, bert.id}}};
        tx.journal().append(delivery);
        tx.shares().put_visitor({share.id, "key", noon});
    });
    EXPECT_TRUE(write([&](Tx& tx) { return tx.users().remove(anna.id); }));
    EXPECT_FALSE(write([&](Tx& tx) { return tx.users().remove(anna.id); }));
    EXPECT_FALSE(this->session(session.id));
    read([&](Tx& tx) {
        EXPECT_FALSE(tx.files().find(file.id));
        EXPECT_FALSE(tx.shares().find(share.id));
        EXPECT_FALSE(tx.shares().find_visitor(share.id, "key", noon));
        EXPECT_TRUE(tx.journal().read(anna.id, 0, 10, 1'000).empty());
        EXPECT_EQ(tx.journal().read(bert.id, 0, 10, 1'000).size(), 1U);
        EXPECT_TRUE(tx.shares().find(received.id));
        EXPECT_TRUE(tx.shares().recipients(received.id).empty());
    });
}

TEST_P(AccountsTest, UsersAreListedByNameInPages) {
    for (const char* name : {"dora", "anna", "carl", "bert", "emil"}) add_user(name);
    std::vector<std::string> names;
    Page page{.limit = 2};
    while (true) {
        auto users = read([&](Tx& tx) { return tx.users().list(page); });
        if (users.empty()) break;
        EXPECT_LE(users.size(), 2U);
        for (const User& user : users) names.push_back(user.username);
        page.after_key = users.back().username;
        page.after_id = users.back().id.raw();
    }
    EXPECT_EQ(names, (std::vector<std::string>{"anna", "bert", "carl", "dora", "emil"}));
}

TEST_P(AccountsTest, WhatIsUsedAndSetAsideStaysWithinTheQuota) {
    User own = add_user("own", 100), plain = add_user("plain");
    auto reserved = [&](const User& user, std::uint64_t bytes, std::uint64_t default_quota) {
        return write([&](Tx& tx) { return tx.users().reserve(user.id, bytes, default_quota); });
    };
    auto counts = [&](const User& user) {
        User found = read([&](Tx& tx) { return *tx.users().find(user.id); });
        return std::pair(found.used_bytes, found.reserved_bytes);
    };
    using Counts = std::pair<std::uint64_t, std::uint64_t>;
    EXPECT_TRUE(reserved(own, 60, 10));
    EXPECT_EQ(counts(own), Counts(0, 60));
    write([&](Tx& tx) { tx.users().commit_reservation(own.id, 60, 50); });
    EXPECT_EQ(counts(own), Counts(50, 0));
    EXPECT_FALSE(reserved(own, 51, 1'000));
    EXPECT_TRUE(reserved(own, 50, 10));
    EXPECT_FALSE(reserved(own, 1, 10));
    EXPECT_EQ(counts(own), Counts(50, 50));
    write([&](Tx& tx) { tx.users().commit_reservation(own.id, 51, 0); });
    EXPECT_EQ(counts(own), Counts(50, 0));
    write([&](Tx& tx) { tx.users().subtract_used_bytes(own.id, 30); });
    EXPECT_EQ(counts(own), Counts(20, 0));
    write([&](Tx& tx) { tx.users().subtract_used_bytes(own.id, 21); });
    EXPECT_EQ(counts(own), Counts(0, 0));
    EXPECT_FALSE(reserved(plain, 11, 10));
    EXPECT_TRUE(reserved(plain, 11, 0));
    EXPECT_TRUE(reserved(plain, 1ULL << 62, 0));
    EXPECT_FALSE(reserved(plain, 1ULL << 62, 0));
    EXPECT_FALSE(reserved(plain, ~0ULL, 0));
    EXPECT_EQ(counts(plain), Counts(0, 11 + (1ULL << 62)));
    EXPECT_FALSE(reserved(User{.id = UserId::make()}, 1, 0));
}

TEST_P(AccountsTest, ContactsAreOwnerAndRecipientBothWaysAndNotRecipientsAmongThemselves) {
    User owner = add_user("owner"), anna = add_user("anna"), bert = add_user("bert"), stranger = add_user("stranger");
    File file = add_file(owner, "a");
    add_share(file, {anna.id, bert.id, owner.id}, noon + Duration(10));
    add_share(file, {anna.id});
    EXPECT_EQ(contacts(owner), sorted({anna.id, bert.id}));
    EXPECT_EQ(contacts(anna), sorted({owner.id}));
    EXPECT_EQ(contacts(bert), sorted({owner.id}));
    EXPECT_TRUE(contacts(stranger).empty());
    EXPECT_TRUE(contacts(bert, noon + Duration(10)).empty());
    EXPECT_EQ(contacts(owner, noon + Duration(10)), sorted({anna.id}));
}

TEST_P(AccountsTest, ContactsEndWithTheShare) {
    User owner = add_user("owner"), anna = add_user("anna");
    File file = add_file(owner, "a");
    Share ended = add_share(file, {anna.id}), used_up = add_share(file, {anna.id}, {}, 1);
    write([&](Tx& tx) { tx.shares().end(ended.id, noon); });
    EXPECT_EQ(contacts(anna), sorted({owner.id}));
    write([&](Tx& tx) {
        EXPECT_TRUE(tx.downloads().reserve(used_up.id, noon));
        tx.downloads().commit_reservation(used_up.id, true);
    });
    EXPECT_TRUE(contacts(anna).empty());
    EXPECT_TRUE(contacts(owner).empty());
}

TEST_P(AccountsTest, ASessionRotatesAndEnds) {
    User anna = add_user("anna");
    Session kept = add_session(anna, SessionKind::Cookie, noon), other = add_session(anna, SessionKind::Tokens, noon);
    write([&](Tx& tx) { tx.sessions().rotate(kept.id, 7, noon + Duration(9)); });
    auto found = session(kept.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user_id, anna.id);
    EXPECT_EQ(found->kind, SessionKind::Cookie);
    EXPECT_EQ(found->generation, 7U);
    EXPECT_EQ(found->expires_at, noon + Duration(9));
    EXPECT_EQ(session(other.id)->generation, 0U);
    EXPECT_TRUE(write([&](Tx& tx) { return tx.sessions().remove(other.id); }));
    EXPECT_FALSE(write([&](Tx& tx) { return tx.sessions().remove(other.id); }));
    write([&](Tx& tx) { tx.sessions().remove_all(anna.id); });
    EXPECT_FALSE(session(kept.id));
}

TEST_P(AccountsTest, PersonalTokensAreListedInPages) {
    User anna = add_user("anna"), bert = add_user("bert");
    std::vector<SessionId> expected;
    for (int i = 0; i < 5; ++i) expected.push_back(add_session(anna, SessionKind::Personal, {}, "token").id);
    add_session(anna, SessionKind::Tokens, noon);
    add_session(bert, SessionKind::Personal, {});
    std::sort(expected.begin(), expected.end());
    std::vector<SessionId> listed;
    for (Page page{.limit = 2};;) {
        auto sessions = read([&](Tx& tx) { return tx.sessions().list_personal(anna.id, page); });
        if (sessions.empty()) break;
        EXPECT_EQ(sessions.front().name, "token");
        EXPECT_FALSE(sessions.front().expires_at);
        for (const SessionId& id : ids_of(sessions)) listed.push_back(id);
        page.after_id = listed.back().raw();
    }
    EXPECT_EQ(listed, expected);
}

TEST_P(AccountsTest, ExpiredSessionsAreRemovedInBatches) {
    User anna = add_user("anna");
    for (int i = 0; i < 5; ++i) add_session(anna, SessionKind::Tokens, noon);
    Session living = add_session(anna, SessionKind::Tokens, noon + Duration(1)), endless = add_session(anna, SessionKind::Personal, {});
    auto remove = [&] { return write([](Tx& tx) { return tx.sessions().remove_expired(noon, 3); }); };
    EXPECT_EQ(remove(), 3);
    EXPECT_EQ(remove(), 2);
    EXPECT_EQ(remove(), 0);
    EXPECT_TRUE(session(living.id));
    EXPECT_TRUE(session(endless.id));
}

TEST_P(AccountsTest, AnInvitationIsTakenOnceInTimeAndForItsRole) {
    std::string hash("\x00\xff raw", 6);
    write([&](Tx& tx) { tx.sessions().insert_invitation({hash, Role::User, noon, InvitationId::make()}); });
    auto take = [&](Role role, Time now) {
        return write([&](Tx& tx) { return tx.sessions().take_invitation(hash, role, now).has_value(); });
    };
    EXPECT_FALSE(take(Role::Admin, noon - Duration(1)));
    EXPECT_FALSE(take(Role::User, noon));
    EXPECT_TRUE(take(Role::User, noon - Duration(1)));
    EXPECT_FALSE(take(Role::User, noon - Duration(1)));
    write([&](Tx& tx) {
        tx.sessions().insert_invitation({hash, Role::Admin, noon, InvitationId::make()});
        tx.sessions().insert_invitation({"other", Role::User, noon, InvitationId::make()});
        tx.sessions().remove_invitations(Role::Admin);
    });
    EXPECT_FALSE(take(Role::Admin, noon - Duration(1)));
    EXPECT_EQ(write([](Tx& tx) { return tx.sessions().remove_expired(noon, 10); }), 1);
}

KS_FOR_EVERY_STORE(AccountsTest);

}  // namespace ks::contract
