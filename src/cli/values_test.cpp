#include "cli/values.h"

#include "cli/event_source.h"

#include <gtest/gtest.h>

namespace ks::cli {
namespace {

TEST(ServerAddress, IsWhatPeopleType) {
    EXPECT_EQ(server_address("files.example.org"), "https://files.example.org");
    EXPECT_EQ(server_address("HTTPS://Files.Example.org:443/s/x?y"), "https://files.example.org");
    EXPECT_EQ(server_address("localhost:8080"), "http://localhost:8080");
    EXPECT_EQ(server_address("https://Example.org/Share/"), "https://example.org/Share");
    EXPECT_EQ(server_address("example.org/share"), "https://example.org/share");
    EXPECT_EQ(server_address("https://example.org/share/s/abc?x#y"), "https://example.org/share");
    EXPECT_EQ(server_address("https://example.org/s/s/abc"), "https://example.org/s");
    EXPECT_EQ(server_address("https://example.org/share/api/v1/files"), "https://example.org/share");
    EXPECT_EQ(server_address("https://example.org//"), "https://example.org");
    EXPECT_EQ(server_address("https://example.org?to=http://other/s/x"), "https://example.org");
    EXPECT_EQ(server_address("http://[::1]:8080/"), "http://[::1]:8080");
    EXPECT_EQ(server_address("http://files.example.org:80"), "http://files.example.org");
}

TEST(ServerAddress, IsNothingElse) {
    for (const char* text : {"", "ftp://example.org", "https://", "https://user@example.org", "http://a b", "http://a:port",
                             "http://a:", "http://a/b c", "http://a/\"", "/share"}) {
        EXPECT_FALSE(server_address(text)) << text;
    }
}

TEST(ShareLink, HasAServerAndAToken) {
    auto link = share_link("https://files.example.org/s/abc-_1?x");
    ASSERT_TRUE(link);
    EXPECT_EQ(link->server, "https://files.example.org");
    EXPECT_EQ(link->share_token, "abc-_1");
    auto deeper = share_link("https://example.org/share/s/abc#/s/x");
    ASSERT_TRUE(deeper);
    EXPECT_EQ(deeper->server, "https://example.org/share");
    EXPECT_EQ(deeper->share_token, "abc");
    EXPECT_FALSE(share_link("https://files.example.org/s/"));
    EXPECT_FALSE(share_link("https://files.example.org/"));
}

TEST(Values, AreParsedOrRefusedByName) {
    EXPECT_EQ(parse_seconds("--expires", "7d"), 7 * 86'400);
    EXPECT_EQ(parse_bytes("SIZE", "20GiB"), 20LL << 30);
    EXPECT_EQ(parse_bytes("SIZE", "0"), 0);
    EXPECT_EQ(parse_count("--max", "3"), 3);
    for (const char* text : {"", "d", "-1d", "0s", "7 d", "7y", "99999999999w"}) EXPECT_FALSE(parse_seconds("--expires", text)) << text;
    auto refused = parse_count("--max", "0");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().exit, ExitCode::Usage);
    EXPECT_TRUE(refused.error().message.starts_with("--max: \"0\""));
}

TEST(Texts, AreForPeople) {
    EXPECT_EQ(bytes_text(1), "1 byte");
    EXPECT_EQ(bytes_text(1536), "1.5 KiB");
    EXPECT_EQ(bytes_text(2147483648.0), "2.0 GiB");
    EXPECT_EQ(time_left_text(125), "2 min 05 s");
}

TEST(EventReader, FindsEventsHoweverTheyAreCut) {
    const std::string stream = "id: c1\ndata: {\"a\":1}\n\n:\n\ndata: {\"b\":2}\n\nid: c2\ndata: {\"c\":3}\n\n";
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        EventReader reader;
        std::string seen;
        for (std::size_t from = 0; from < stream.size(); from += piece) {
            reader.take(std::string_view(stream).substr(from, piece), [&](const std::string& data) { seen += data; });
        }
        EXPECT_EQ(seen, R"({"a":1}{"b":2}{"c":3})");
        EXPECT_EQ(reader.cursor(), "c2");
    }
}

}  // namespace
}  // namespace ks::cli
