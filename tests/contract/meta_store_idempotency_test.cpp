#include "tests/contract/store_test.h"

namespace ks::contract {

namespace {

class IdempotencyTest : public StoreTest {
protected:
    IdempotentResponse answer_of(const User& user, const std::string& key_hash, Time created_at = noon) {
        return {key_hash, user.id, std::string("request \0 hash", 14), std::string("answer \0", 8), created_at};
    }
    bool insert(const IdempotentResponse& answer) {
        return write([&](Tx& tx) { return tx.idempotency().insert(answer); });
    }
    bool has(const std::string& key_hash, Time since = noon - Duration(1)) {
        return read([&](Tx& tx) { return tx.idempotency().find(key_hash, since).has_value(); });
    }
};

}  // namespace

TEST_P(IdempotencyTest, AnAnswerComesBackAsItWasGiven) {
    IdempotentResponse answer = answer_of(add_user("anna"), "key");
    EXPECT_TRUE(insert(answer));
    auto found = read([&](Tx& tx) { return tx.idempotency().find("key", noon - Duration(1)); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->key_hash, "key");
    EXPECT_EQ(found->user_id, answer.user_id);
    EXPECT_EQ(found->request_hash, answer.request_hash);
    EXPECT_EQ(found->answer, answer.answer);
    EXPECT_EQ(found->created_at, noon);
    EXPECT_FALSE(has("key", noon));
    EXPECT_FALSE(has("other"));
}

TEST_P(IdempotencyTest, AKeyHasOneAnswer) {
    User anna = add_user("anna");
    EXPECT_TRUE(insert(answer_of(anna, "key")));
    EXPECT_FALSE(insert(answer_of(anna, "key")));
    EXPECT_TRUE(insert(answer_of(anna, std::string("\0key", 4))));
    write([](Tx& tx) { tx.idempotency().remove_before("key", noon - Duration(1)); });
    EXPECT_TRUE(has("key"));
    write([](Tx& tx) { tx.idempotency().remove_before("key", noon); });
    EXPECT_FALSE(has("key"));
    EXPECT_TRUE(has(std::string("\0key", 4)));
    write([](Tx& tx) { tx.idempotency().remove(std::string("\0key", 4)); });
    EXPECT_FALSE(has(std::string("\0key", 4)));
}

TEST_P(IdempotencyTest, OldAnswersGoOldestFirst) {
    User anna = add_user("anna");
    for (int age = 0; age < 4; ++age) insert(answer_of(anna, "key" + std::to_string(age), noon - Duration(age)));
    auto remove = [](Tx& tx) { return tx.idempotency().remove_before(noon - Duration(1), 2); };
    EXPECT_EQ(write(remove), 2);
    EXPECT_TRUE(has("key1", noon - Duration(10)));
    EXPECT_FALSE(has("key2", noon - Duration(10)));
    EXPECT_EQ(write(remove), 1);
    EXPECT_TRUE(has("key0"));
    EXPECT_FALSE(has("key1", noon - Duration(10)));
}

TEST_P(IdempotencyTest, TheyGoWithTheUser) {
    User anna = add_user("anna");
    insert(answer_of(anna, "key"));
    write([&](Tx& tx) { tx.users().remove(anna.id); });
    EXPECT_FALSE(has("key"));
}

KS_FOR_EVERY_STORE(IdempotencyTest);

}  // namespace ks::contract
