#include "edge/content.h"

#include "base/crypto.h"
#include "codec/json.h"

#include <gtest/gtest.h>

namespace ks::edge {
namespace {

File a_file(std::uint64_t size = 1000) {
    return {.id = FileId::make(),
            .owner_id = UserId::make(),
            .filename = "a.txt",
            .size = size,
            .content_type = "text/plain",
            .sha256 = sha256("content"),
            .created_at = from_millis(0)};
}

const std::string tag = "\"" + hex(sha256("content")) + "\"";

ContentPlan planned(net::HeaderList headers, std::uint64_t size = 1000) {
    return plan_content({.method = "GET", .headers = std::move(headers)}, a_file(size), false);
}

std::string header_of(const net::Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) return value;
    }
    return "absent";
}

std::string range(const std::string& header, std::uint64_t size = 1000) {
    auto plan = planned({{"Range", header}}, size);
    auto where = header_of(plan.response, "Content-Range");
    if (plan.response.status != 206) return std::to_string(plan.response.status) + (where == "absent" ? "" : " " + where);
    EXPECT_EQ(plan.response.head_length, plan.length);
    return std::to_string(plan.offset) + "+" + std::to_string(plan.length) + " " + where;
}

TEST(Content, IsSentWholeWithoutARange) {
    auto plan = planned({});
    EXPECT_EQ(plan.response.status, 200);
    EXPECT_TRUE(plan.sends_content() && plan.from_start());
    EXPECT_EQ(plan.length, 1000U);
    EXPECT_EQ(plan.response.head_length, 1000U);
    EXPECT_EQ(header_of(plan.response, "ETag"), tag);
    EXPECT_EQ(header_of(plan.response, "Accept-Ranges"), "bytes");
    EXPECT_EQ(header_of(plan.response, "Content-Type"), "text/plain");
    EXPECT_EQ(header_of(plan.response, "Content-Disposition"), "attachment; filename=\"a.txt\"");
    EXPECT_EQ(header_of(plan.response, "Content-Range"), "absent");
}

int status_for(net::HeaderList headers) { return planned(std::move(headers)).response.status; }

TEST(Content, IsConditionalOnItsDate) {
    const std::string same = "Thu, 01 Jan 1970 00:00:00 GMT", later = "Fri, 02 Jan 1970 00:00:00 GMT",
                      earlier = "Wed, 31 Dec 1969 23:59:59 GMT";
    EXPECT_EQ(header_of(planned({}).response, "Last-Modified"), same);
    EXPECT_EQ(status_for({{"If-Modified-Since", same}}), 304);
    EXPECT_EQ(status_for({{"If-Modified-Since", later}}), 304);
    EXPECT_EQ(status_for({{"If-Modified-Since", earlier}}), 200);
    EXPECT_EQ(status_for({{"If-Modified-Since", "yesterday"}}), 200);
    EXPECT_EQ(status_for({{"If-Modified-Since", same}, {"If-None-Match", "\"other\""}}), 200) << "the tag takes precedence";
    EXPECT_EQ(status_for({{"If-Modified-Since", earlier}, {"If-None-Match", tag}}), 304);
    EXPECT_EQ(status_for({{"If-Unmodified-Since", same}}), 200);
    EXPECT_EQ(status_for({{"If-Unmodified-Since", earlier}}), 412);
    EXPECT_EQ(status_for({{"If-Unmodified-Since", earlier}, {"If-Match", tag}}), 200);
    EXPECT_EQ(status_for({{"If-Unmodified-Since", "yesterday"}}), 200);
    EXPECT_EQ(status_for({{"If-Unmodified-Since", earlier}, {"If-Modified-Since", same}}), 412);
    EXPECT_EQ(status_for({{"Range", "bytes=0-1"}, {"If-Range", same}}), 206);
    EXPECT_EQ(status_for({{"Range", "bytes=0-1"}, {"If-Range", "Thu Jan  1 00:00:00 1970"}}), 206);
    EXPECT_EQ(status_for({{"Range", "bytes=0-1"}, {"If-Range", later}}), 200) << "it has to be the same date";
    EXPECT_EQ(status_for({{"Range", "bytes=0-1"}, {"If-Range", earlier}}), 200);
    EXPECT_EQ(status_for({{"Range", "bytes=0-1"}, {"If-Modified-Since", same}}), 304);
}

TEST(Content, CannotActInOurName) {
    for (auto& plan : {planned({}), planned({{"Range", "bytes=0-1"}}), plan_content({}, a_file(), true)}) {
        EXPECT_EQ(header_of(plan.response, "X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(header_of(plan.response, "Content-Security-Policy").rfind("sandbox; default-src 'none'", 0), 0U);
    }
    EXPECT_EQ(header_of(plan_content({}, a_file(), true).response, "Content-Disposition"), "inline; filename=\"a.txt\"");
}

TEST(Range, IsAnsweredAsAsked) {
    EXPECT_EQ(range("bytes=0-99"), "0+100 bytes 0-99/1000");
    EXPECT_EQ(range("bytes=0-0"), "0+1 bytes 0-0/1000");
    EXPECT_EQ(range("bytes=500-"), "500+500 bytes 500-999/1000");
    EXPECT_EQ(range("bytes=999-999"), "999+1 bytes 999-999/1000");
    EXPECT_EQ(range("Bytes=1-2"), "1+2 bytes 1-2/1000");
}

TEST(Range, IsCutAtTheEnd) {
    EXPECT_EQ(range("bytes=900-5000"), "900+100 bytes 900-999/1000");
    EXPECT_EQ(range("bytes=900-99999999999999999999999"), "900+100 bytes 900-999/1000");
    EXPECT_EQ(range("bytes=0-", 5'000'000'000), "0+5000000000 bytes 0-4999999999/5000000000");
}

TEST(Range, MayCountFromTheEnd) {
    EXPECT_EQ(range("bytes=-1"), "999+1 bytes 999-999/1000");
    EXPECT_EQ(range("bytes=-5000"), "0+1000 bytes 0-999/1000");
}

TEST(Range, OutsideTheFileIs416) {
    for (auto* header : {"bytes=1000-", "bytes=1000-2000", "bytes=99999999999999999999999-", "bytes=-0"}) {
        EXPECT_EQ(range(header), "416 bytes */1000") << header;
    }
    EXPECT_EQ(range("bytes=0-", 0), "416 bytes */0");
    EXPECT_FALSE(planned({{"Range", "bytes=1000-"}}).sends_content());
}

TEST(Range, ThatIsNotUnderstoodOrSeveralIsIgnored) {
    for (auto* header : {"bytes=", "bytes=-", "bytes=5", "bytes=5-2", "bytes=a-b", "bytes=0-1x", "bytes=+1-2", "bytes=0-1,5-6", "lines=0-1",
                         "bytes 0-1", "bytes=--1", ""}) {
        EXPECT_EQ(range(header), "200") << header;
    }
}

TEST(Range, OfAnyNumberAtOnceIsTheWholeOnce) {
    std::string header = "bytes=0-0";
    for (int i = 0; i < 4000; ++i) header += ",0-";
    auto plan = planned({{"Range", header}});
    EXPECT_EQ(plan.response.status, 200);
    EXPECT_EQ(plan.length, 1000U);
}

TEST(Digest, IsThatOfTheFileWhateverThePart) {
    const std::string digest = base64(sha256("content"));
    for (auto& plan : {planned({}), planned({{"Range", "bytes=5-9"}}), planned({{"Want-Repr-Digest", "sha-512=1"}})}) {
        EXPECT_EQ(header_of(plan.response, "Repr-Digest"), "sha-256=:" + digest + ":");
        EXPECT_EQ(header_of(plan.response, "Content-Digest"), "absent");
        EXPECT_EQ(header_of(plan.response, "Digest"), "absent");
    }
    EXPECT_EQ(header_of(planned({{"If-None-Match", "*"}}).response, "Repr-Digest"), "absent");
    EXPECT_EQ(header_of(planned({{"Want-Content-Digest", "sha-256=1"}}).response, "Content-Digest"), "sha-256=:" + digest + ":");
    EXPECT_EQ(header_of(planned({{"Want-Content-Digest", "sha-256=1"}, {"Range", "bytes=5-9"}}).response, "Content-Digest"), "absent");
    EXPECT_EQ(header_of(planned({{"Want-Digest", "SHA-256"}, {"Range", "bytes=5-9"}}).response, "Digest"), "sha-256=" + digest);
}

TEST(Digest, IsWantedByAnyWeightButNone) {
    auto wanted = [](const std::string& header) {
        auto response = planned({{"Want-Content-Digest", header}, {"Want-Digest", header}}).response;
        EXPECT_EQ(header_of(response, "Content-Digest") == "absent", header_of(response, "Digest") == "absent") << header;
        return header_of(response, "Digest") != "absent";
    };
    for (auto* header : {"sha-256=10", "sha-512=3, sha-256=1", "sha-512=3,SHA-256=1", "sha-256", "\tsha-256 ;q=0.3",
                         "md5;q=1,sha-256;q=0.05", "sha-256=0, sha-256=1"}) {
        EXPECT_TRUE(wanted(header)) << header;
    }
    for (auto* header : {"", "sha-256=0", "sha-256;q=0", "sha-256;q=0.0 ", "sha-512=1", "sha-2566=1", "x-sha-256", "sha-256=", ",,;=,",
                         "sha-256=1, sha-256=0", "sha"}) {
        EXPECT_FALSE(wanted(header)) << header;
    }
}

TEST(IfRange, GivesTheRangeForTheSameFileAlone) {
    auto status = [](const std::string& if_range) { return planned({{"Range", "bytes=5-9"}, {"If-Range", if_range}}).response.status; };
    EXPECT_EQ(status(tag), 206);
    EXPECT_EQ(status("\"other\""), 200);
    EXPECT_EQ(status("W/" + tag), 200);
    EXPECT_EQ(status("Wed, 21 Oct 2026 07:28:00 GMT"), 200);
    EXPECT_EQ(planned({{"Range", "bytes=5000-"}, {"If-Range", "\"other\""}}).response.status, 200);
}

TEST(IfNoneMatch, AnswersNotModifiedWithTheTag) {
    for (const std::string& header : {tag, "W/" + tag, std::string("*"), "\"a\", " + tag, "\"a\" ,W/" + tag + " , \"b\""}) {
        auto plan = planned({{"If-None-Match", header}, {"Range", "bytes=0-1"}});
        EXPECT_EQ(plan.response.status, 304) << header;
        EXPECT_EQ(header_of(plan.response, "ETag"), tag);
        EXPECT_FALSE(plan.sends_content());
    }
    EXPECT_EQ(planned({{"If-None-Match", "\"other\""}}).response.status, 200);
    EXPECT_EQ(planned({{"If-None-Match", tag.substr(1)}}).response.status, 200);
}

TEST(IfMatch, ComparesStrongly) {
    EXPECT_EQ(planned({{"If-Match", tag}}).response.status, 200);
    EXPECT_EQ(planned({{"If-Match", "*"}}).response.status, 200);
    EXPECT_EQ(planned({{"If-Match", "\"other\""}}).response.status, 412);
    EXPECT_EQ(planned({{"If-Match", "W/" + tag}}).response.status, 412);
    EXPECT_EQ(planned({{"If-Match", "\"other\""}, {"If-None-Match", tag}}).response.status, 412);
}

TEST(ContentDisposition, CarriesAnExtendedNameWhereItMust) {
    EXPECT_EQ(content_disposition("report 1.pdf", false), "attachment; filename=\"report 1.pdf\"");
    EXPECT_EQ(content_disposition("naïve.txt", false), "attachment; filename=\"na__ve.txt\"; filename*=UTF-8''na%C3%AFve.txt");
    EXPECT_EQ(content_disposition("€ rates", true), "inline; filename=\"___ rates\"; filename*=UTF-8''%E2%82%AC%20rates");
}

TEST(ContentDisposition, CannotBeBrokenOutOf) {
    EXPECT_EQ(content_disposition("a\"b\\c", false), "attachment; filename=\"a_b_c\"; filename*=UTF-8''a%22b%5Cc");
    EXPECT_EQ(content_disposition("100%41", false), "attachment; filename=\"100_41\"; filename*=UTF-8''100%2541");
    EXPECT_EQ(content_disposition("a\r\nX: 1", false), "attachment; filename=\"a__X: 1\"; filename*=UTF-8''a%0D%0AX%3A%201");
    EXPECT_EQ(content_disposition("é'*(!#$&+-.^_`|~)", false),
              "attachment; filename=\"__'*(!#$&+-.^_`|~)\"; filename*=UTF-8''%C3%A9%27%2A%28!#$&+-.^_`|~%29");
}

TEST(FileJson, HasTheContractsFields) {
    auto file = a_file();
    auto json = codec::JsonObject::parse(file_json(file));
    ASSERT_TRUE(json);
    EXPECT_EQ(json->string("id").value(), file.id.text());
    EXPECT_EQ(json->string("filename").value(), "a.txt");
    EXPECT_EQ(json->optional_integer("size", 0, 9999).value(), 1000);
    EXPECT_EQ(json->string("content_type").value(), "text/plain");
    EXPECT_EQ("\"" + json->string("sha256").value() + "\"", tag);
    EXPECT_EQ(json->string("created_at").value(), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(json->string("owner_id").value(), file.owner_id.text());
}

}  // namespace
}  // namespace ks::edge
