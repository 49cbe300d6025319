#include "codec/json.h"

#include <gtest/gtest.h>

namespace ks::codec {
namespace {

JsonObject parsed(std::string_view text) {
    auto object = JsonObject::parse(text);
    if (!object) throw std::runtime_error(object.error().message);
    return std::move(*object);
}

template <class Value>
void expect_bad_field(const Result<Value>& result, std::string_view field) {
    ASSERT_FALSE(result) << field;
    EXPECT_EQ(result.error().code, ErrorCode::InvalidRequest);
    EXPECT_EQ(result.error().field, field);
    EXPECT_NE(result.error().message.find(field), std::string::npos);
}

std::string nested(int levels) {
    std::string text = "{\"a\":";
    text += std::string(static_cast<std::size_t>(levels - 1), '[') + std::string(static_cast<std::size_t>(levels - 1), ']');
    return text + "}";
}

TEST(JsonObject, RefusesWhatIsNotOneJsonObject) {
    for (auto* text : {"", " ", "nonsense", "[]", "\"text\"", "1", "null", "{", "{}{}", "{} x", "{\"a\":1,}", "{'a':1}", "{\"a\":NaN}",
                       "{\"a\":01}", "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}", "{\"a\":\"\\ud800\"}", "// comment\n{}"}) {
        auto object = JsonObject::parse(text);
        ASSERT_FALSE(object) << text;
        EXPECT_EQ(object.error().code, ErrorCode::InvalidRequest);
    }
}

TEST(JsonObject, IsNestedAtMost32Deep) {
    EXPECT_TRUE(JsonObject::parse(nested(32)));
    EXPECT_FALSE(JsonObject::parse(nested(33)));
    EXPECT_FALSE(JsonObject::parse(nested(100'000)));
}

TEST(JsonObject, TellsAbsentFromNull) {
    auto object = parsed(R"({"none":null,"some":"x"})");
    EXPECT_TRUE(object.has("none"));
    EXPECT_TRUE(object.is_null("none"));
    EXPECT_FALSE(object.is_null("some"));
    EXPECT_FALSE(object.has("other"));
    EXPECT_FALSE(object.is_null("other"));
    EXPECT_EQ(object.optional_string("none").value(), std::nullopt);
    EXPECT_EQ(object.optional_string("other").value(), std::nullopt);
    expect_bad_field(object.string("none"), "none");
    expect_bad_field(object.string("other"), "other");
}

TEST(JsonObject, ReadsStringsWithTheirEscapes) {
    auto object = parsed(R"({"s":"a\"\\\/\n\u00e9\ud83d\ude00\u0000z","n":5})");
    EXPECT_EQ(object.string("s").value(), std::string("a\"\\/\n\xc3\xa9\xf0\x9f\x98\x80\0z", 13));
    expect_bad_field(object.string("n"), "n");
}

TEST(JsonObject, ReadsWholeNumbersWithinBounds) {
    auto object = parsed(R"({"n":5,"low":-1,"float":5.5,"exp":5e0,"text":"5","huge":18446744073709551615,"bigger":1e300})");
    EXPECT_EQ(object.optional_integer("n", 5, 5).value(), 5);
    EXPECT_EQ(object.optional_integer("absent", 0, 9).value(), std::nullopt);
    expect_bad_field(object.optional_integer("n", 6, 9), "n");
    expect_bad_field(object.optional_integer("n", 0, 4), "n");
    expect_bad_field(object.optional_integer("low", 0, 9), "low");
    EXPECT_EQ(object.optional_integer("exp", 5, 5).value(), 5);
    for (auto* name : {"float", "text", "huge", "bigger"}) expect_bad_field(object.optional_integer(name, 0, INT64_MAX), name);
}

TEST(JsonObject, ReadsNumbersAndBooleans) {
    auto object = parsed(R"({"d":0.25,"i":-3,"u":18446744073709551615,"t":true,"s":"true"})");
    EXPECT_EQ(object.optional_number("d").value(), 0.25);
    EXPECT_EQ(object.optional_number("i").value(), -3.0);
    EXPECT_EQ(object.optional_number("u").value(), 18446744073709551615.0);
    expect_bad_field(object.optional_number("s"), "s");
    EXPECT_EQ(object.optional_bool("t").value(), true);
    expect_bad_field(object.optional_bool("i"), "i");
    expect_bad_field(object.optional_bool("s"), "s");
}

TEST(JsonObject, ReadsTimesListsAndObjects) {
    auto object = parsed(R"({"t":"2026-01-31T12:00:00Z","bad":"soon","n":1,"l":["a","b"],"mixed":["a",1],"o":{"x":"y"}})");
    EXPECT_EQ(rfc3339(object.optional_time("t").value().value()), "2026-01-31T12:00:00.000Z");
    expect_bad_field(object.optional_time("bad"), "bad");
    expect_bad_field(object.optional_time("n"), "n");
    EXPECT_EQ(object.optional_strings("l").value(), (std::vector<std::string>{"a", "b"}));
    expect_bad_field(object.optional_strings("mixed"), "mixed");
    expect_bad_field(object.optional_strings("n"), "n");
    EXPECT_EQ(object.optional_object("o").value()->string("x").value(), "y");
    expect_bad_field(object.optional_object("l"), "l");
}

TEST(JsonWriter, WritesFieldsInTheirOrder) {
    EXPECT_EQ(JsonWriter().text(), "{}");
    EXPECT_EQ(JsonWriter()
                  .add("s", "x")
                  .add("n", -5)
                  .add("u", UINT64_MAX)
                  .add("b", true)
                  .add("d", 0.5)
                  .add("none", std::optional<std::int64_t>())
                  .add("some", std::optional<std::int64_t>(7))
                  .add("t", from_millis(0))
                  .add("l", std::vector<std::string>{"a", "\""})
                  .raw("o", "{}")
                  .text(),
              R"({"s":"x","n":-5,"u":18446744073709551615,"b":true,"d":0.5,"none":null,"some":7,"t":"1970-01-01T00:00:00.000Z",)"
              R"("l":["a","\""],"o":{}})");
}

TEST(JsonString, SurvivesAnyText) {
    for (const std::string& text :
         {std::string("\"\\/\b\f\n\r\t"), std::string("\0\x01\x1f\x7f", 4), std::string("é😀</script>"), std::string()}) {
        EXPECT_EQ(parsed("{\"s\":" + json_string(text) + "}").string("s").value(), text);
    }
}

TEST(JsonArray, JoinsWholeValues) {
    EXPECT_EQ(json_array({}), "[]");
    EXPECT_EQ(json_array({"1", "{}"}), "[1,{}]");
}

}  // namespace
}  // namespace ks::codec
