#include "base/unicode.h"
#include "tests/contract/store_test.h"

#include <algorithm>
#include <tuple>

namespace ks::contract {

namespace {

class FilesTest : public StoreTest {
protected:
    std::vector<std::string> names_with(const User& owner, const std::string& query) {
        auto files = read([&](Tx& tx) { return tx.files().list(owner.id, query, FileSort::Filename, false, {}); });
        std::vector<std::string> names;
        for (const File& file : files) names.push_back(file.filename);
        return names;
    }

    std::vector<FileId> all_pages(const User& owner, const std::string& query, FileSort sort, bool descending, int limit) {
        std::vector<FileId> ids;
        Page page{.limit = limit};
        while (true) {
            auto files = read([&](Tx& tx) { return tx.files().list(owner.id, query, sort, descending, page); });
            if (files.empty()) return ids;
            EXPECT_LE(files.size(), static_cast<std::size_t>(limit));
            for (const FileId& id : ids_of(files)) ids.push_back(id);
            page.after_key = key_of(files.back(), sort);
            page.after_id = files.back().id.raw();
        }
    }

    static std::string key_of(const File& file, FileSort sort) {
        if (sort == FileSort::Filename) return fold_case(file.filename);
        return std::to_string(sort == FileSort::Size ? static_cast<std::int64_t>(file.size) : to_millis(file.created_at));
    }
};

bool sorts_before(const File& a, const File& b, FileSort sort) {
    if (sort == FileSort::Filename) return std::pair(fold_case(a.filename), a.id) < std::pair(fold_case(b.filename), b.id);
    if (sort == FileSort::Size) return std::pair(a.size, a.id) < std::pair(b.size, b.id);
    return std::pair(a.created_at, a.id) < std::pair(b.created_at, b.id);
}

}  // namespace

TEST_P(FilesTest, AFileComesBackAsItWasGiven) {
    User anna = add_user("anna");
    File file{FileId::make(),
              anna.id,
              "Überblick %.pdf",
              1ULL << 40,
              "application/pdf",
              std::string("\0\1\2", 3) + std::string(29, '\xff'),
              noon};
    write([&](Tx& tx) { tx.files().insert(file); });
    auto found = read([&](Tx& tx) { return tx.files().find(file.id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->owner_id, anna.id);
    EXPECT_EQ(found->filename, file.filename);
    EXPECT_EQ(found->size, file.size);
    EXPECT_EQ(found->content_type, file.content_type);
    EXPECT_EQ(found->sha256, file.sha256);
    EXPECT_EQ(found->created_at, noon);
}

TEST_P(FilesTest, PagesCoverEveryFileOnceInEachOrder) {
    User anna = add_user("anna"), bert = add_user("bert");
    std::vector<File> files;
    // Many equal sort keys.
    for (int i = 0; i < 41; ++i) {
        std::string name = std::string(i % 2 ? "Note" : "note") + std::to_string(i % 5);
        files.push_back(add_file(anna, name, static_cast<std::uint64_t>(i % 3), noon + Duration(i % 4)));
    }
    add_file(bert, "note1");
    for (FileSort sort : {FileSort::CreatedAt, FileSort::Filename, FileSort::Size}) {
        std::sort(files.begin(), files.end(), [sort](const File& a, const File& b) { return sorts_before(a, b, sort); });
        auto expected = ids_of(files);
        for (int limit : {1, 2, 7, 41, 50}) EXPECT_EQ(all_pages(anna, "", sort, false, limit), expected) << int(sort) << " by " << limit;
        std::reverse(expected.begin(), expected.end());
        for (int limit : {1, 2, 7, 41, 50}) EXPECT_EQ(all_pages(anna, "", sort, true, limit), expected) << int(sort) << " by " << limit;
    }
    std::size_t with_four =
        static_cast<std::size_t>(std::count_if(files.begin(), files.end(), [](const File& file) { return file.filename.ends_with('4'); }));
    EXPECT_EQ(all_pages(anna, "te4", FileSort::Size, true, 3).size(), with_four);
}

TEST_P(FilesTest, SearchFindsPartsOfNamesWhateverTheirCase) {
    User anna = add_user("anna");
    for (const char* name : {"Report 2026.pdf", "ÜBERSICHT.txt", "100% sure.txt", "100 per cent.txt", "snake_case.txt", "snakeXcase.txt",
                             "bang!.txt", "back\\slash.txt"}) {
        add_file(anna, name);
    }
    using Names = std::vector<std::string>;
    EXPECT_EQ(names_with(anna, "report"), Names{"Report 2026.pdf"});
    EXPECT_EQ(names_with(anna, fold_case("übers")), Names{"ÜBERSICHT.txt"});
    EXPECT_EQ(names_with(anna, "%"), Names{"100% sure.txt"});
    EXPECT_EQ(names_with(anna, "e_c"), Names{"snake_case.txt"});
    EXPECT_EQ(names_with(anna, "!"), Names{"bang!.txt"});
    EXPECT_EQ(names_with(anna, "\\"), Names{"back\\slash.txt"});
    EXPECT_EQ(names_with(anna, "").size(), 8U);
    EXPECT_TRUE(names_with(anna, "nothing").empty());
    EXPECT_TRUE(names_with(anna, std::string(100'000, 'a')).empty());
}

TEST_P(FilesTest, SearchFindsNamesInEachFormThatUnicodeTakesForTheSame) {
    User anna = add_user("anna");
    for (const char* name : {"cafe\u0301.txt", "Straße.pdf", "ΟΔΟΣ.md"}) add_file(anna, name);
    using Names = std::vector<std::string>;
    EXPECT_EQ(names_with(anna, "CAF\u00c9"), Names{"cafe\u0301.txt"});
    EXPECT_EQ(names_with(anna, "STRASSE"), Names{"Straße.pdf"});
    EXPECT_EQ(names_with(anna, "οδος"), Names{"ΟΔΟΣ.md"});
    EXPECT_TRUE(names_with(anna, "cafe.").empty());
    EXPECT_TRUE(names_with(anna, "\xff").empty());
}

TEST_P(FilesTest, KeysOfNamesAreRefreshedOnce) {
    User anna = add_user("anna");
    add_file(anna, "new.txt");
    write([&](Tx& tx) { EXPECT_EQ(tx.files().refresh_name_keys(10), 0); });
}

TEST_P(FilesTest, ARenamedFileIsFoundAndSortedByItsNewName) {
    User anna = add_user("anna");
    File file = add_file(anna, "aaa");
    add_file(anna, "bbb");
    write([&](Tx& tx) { tx.files().rename(file.id, "CCC"); });
    EXPECT_EQ(names_with(anna, ""), (std::vector<std::string>{"bbb", "CCC"}));
    EXPECT_EQ(names_with(anna, "cc"), std::vector<std::string>{"CCC"});
    EXPECT_TRUE(names_with(anna, "aa").empty());
}

TEST_P(FilesTest, ARemovedFileTakesItsSharesAlong) {
    User anna = add_user("anna");
    File file = add_file(anna, "a"), other = add_file(anna, "b");
    Share share = add_share(file), kept = add_share(other);
    EXPECT_TRUE(write([&](Tx& tx) { return tx.files().remove(file.id); }));
    EXPECT_FALSE(write([&](Tx& tx) { return tx.files().remove(file.id); }));
    read([&](Tx& tx) {
        EXPECT_FALSE(tx.files().find(file.id));
        EXPECT_FALSE(tx.shares().find(share.id));
        EXPECT_TRUE(tx.shares().find(kept.id));
        EXPECT_EQ(tx.files().list_ids(anna.id), std::vector<FileId>{other.id});
    });
}

TEST_P(FilesTest, OpenBlobsAreNotedAndSettled) {
    std::vector<FileId> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(FileId::make());
    std::sort(ids.begin(), ids.end());
    write([&](Tx& tx) {
        for (const FileId& id : ids) tx.files().schedule_blob_deletion(id);
        tx.files().schedule_blob_deletion(ids[0]);
        tx.files().clear_blob_deletion(ids[3]);
        tx.files().clear_blob_deletion(FileId::make());
    });
    read([&](Tx& tx) {
        EXPECT_EQ(tx.files().blob_deletions(2, std::nullopt), (std::vector{ids[0], ids[1]}));
        EXPECT_EQ(tx.files().blob_deletions(10, ids[1]), (std::vector{ids[2], ids[4]}));
    });
}

TEST_P(FilesTest, AllAreWalkedThroughById) {
    User anna = add_user("anna"), ben = add_user("ben");
    std::vector<FileId> ids{add_file(anna, "a").id, add_file(ben, "b").id, add_file(anna, "c").id};
    std::sort(ids.begin(), ids.end());
    read([&](Tx& tx) {
        EXPECT_EQ(ids_of(tx.files().all(std::nullopt, 2)), (std::vector{ids[0], ids[1]}));
        EXPECT_EQ(ids_of(tx.files().all(ids[1], 2)), std::vector{ids[2]});
        EXPECT_TRUE(tx.files().all(ids[2], 2).empty());
    });
}

KS_FOR_EVERY_STORE(FilesTest);

}  // namespace ks::contract
