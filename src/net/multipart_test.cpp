#include "net/multipart.h"

#include <gtest/gtest.h>

#include <vector>

namespace ks::net {
namespace {

struct Part {
    std::string name, filename, content_type, data;
    bool complete = false;
    friend bool operator==(const Part&, const Part&) = default;
};

// Parses the body in steps of `step` bytes; returns nullopt if it is refused or incomplete. `passing` uses pass() to bypass feed().
std::optional<std::vector<Part>> parse(std::string_view body, std::size_t step, bool passing = false) {
    auto parser = MultipartParser::for_content_type("multipart/form-data; boundary=\"b\"");
    std::vector<Part> parts;
    auto feed = [&](std::string_view bytes) {
        std::size_t passed = passing ? parser->pass(bytes) : 0;
        if (passed > 0) parts.back().data += bytes.substr(0, passed);
        parser->feed(bytes.substr(passed));
    };
    while (true) {
        auto event = parser->next();
        if (!event) return std::nullopt;
        switch (*event) {
            case MultipartParser::Event::NeedMore:
                if (body.empty()) return std::nullopt;
                feed(body.substr(0, step));
                body.remove_prefix(std::min(step, body.size()));
                break;
            case MultipartParser::Event::Part: parts.push_back({parser->name(), parser->filename(), parser->content_type(), ""}); break;
            case MultipartParser::Event::Data: parts.back().data += parser->data(); break;
            case MultipartParser::Event::PartEnd: parts.back().complete = true; break;
            case MultipartParser::Event::End: return parts;
        }
    }
}

std::string part(std::string_view head, std::string_view data) {
    return "--b\r\nContent-Disposition: form-data; " + std::string(head) + "\r\n\r\n" + std::string(data) + "\r\n";
}

TEST(Multipart, FindsEveryPartHoweverTheBytesArrive) {
    std::string tricky = "\r\n--\r\n-b\r\n--B\r\n\r\n--c";
    std::string body = "preamble\r\n" + part("name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain", tricky) +
                       part("name=file; filename=empty", "") + part("name=\"x\"", "\r\n") + "--b--\r\nepilogue";
    std::vector<Part> expected = {
        {"file", "a.txt", "text/plain", tricky, true}, {"file", "empty", "", "", true}, {"x", "", "", "\r\n", true}};
    for (std::size_t step = 1; step <= body.size(); ++step) {
        for (bool passing : {false, true}) {
            auto parts = parse(body, step, passing);
            ASSERT_TRUE(parts) << step;
            EXPECT_EQ(*parts, expected) << step;
        }
    }
}

TEST(Multipart, UnderstandsTheNamesThatBrowsersAndCurlWrite) {
    auto parts = parse(part("name=\"file\"; filename=\"a\\\"b\\\\c%22d;e=f.txt\"", "") + "--b--", 7);
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->at(0).filename, "a\"b\\c\"d;e=f.txt");
}

TEST(Multipart, ABackslashBeforeTheClosingQuoteEscapesNothing) {
    auto filename = [](std::string field) {
        auto parts = parse(part("name=\"file\"; " + field, "") + "--b--", 7);
        return parts ? parts->at(0).filename : "malformed";
    };
    EXPECT_EQ(filename(R"(filename="end\")"), "end\\");
    EXPECT_EQ(filename(R"(filename="end\"; x=y)"), "end\\");
    EXPECT_EQ(filename(R"(filename="end\" ; x="y")"), "end\\");
    EXPECT_EQ(filename(R"(filename="two\\")"), "two\\");
    EXPECT_EQ(filename(R"(filename="say \"hi\"")"), "say \"hi\"");
    EXPECT_EQ(filename(R"(filename="a\";b")"), "a\";b");
}

TEST(Multipart, RefusesWhatIsNone) {
    EXPECT_FALSE(parse("", 1));
    EXPECT_FALSE(parse(std::string(70'000, 'x'), 1000));
    EXPECT_FALSE(parse("--b\r\nno colon\r\n\r\n\r\n--b--", 100));
    EXPECT_FALSE(parse("--b\r\nX: 1\r\n\r\ndata\r\n--b--", 100)) << "a part without a name";
    EXPECT_FALSE(parse("--bx\r\n", 100));
    EXPECT_FALSE(parse("--b\r\nA: " + std::string(9000, 'x'), 1000)) << "a head without an end";
    EXPECT_FALSE(parse(part("name=\"file\"", "data that never ends").substr(0, 60), 100));
    EXPECT_FALSE(MultipartParser::for_content_type("multipart/form-data"));
}

}  // namespace
}  // namespace ks::net
