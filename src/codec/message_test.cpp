#include "codec/message.h"

#include "codec/json.h"

#include <gtest/gtest.h>

namespace ks::codec {
namespace {

const FileId file = *FileId::parse("550e8400-e29b-41d4-a716-446655440000");
const ShareId share = *ShareId::parse("660e8400-e29b-41d4-a716-446655440001");
const UserId user = *UserId::parse("770e8400-e29b-41d4-a716-446655440002");

template <class Message>
bool decodes_to(std::string_view text) {
    auto message = decode_message(text);
    return message && std::holds_alternative<Message>(*message);
}

TEST(Message, IsEncodedToTheSeedsLetter) {
    EXPECT_EQ(
        encode(wire::FileUploaded{file, "document.pdf", 1048576}),
        R"({"type":"FileUploaded","data":{"file_id":"550e8400-e29b-41d4-a716-446655440000","filename":"document.pdf","size":1048576}})");
    EXPECT_EQ(encode(wire::FileDeleted{file, "document.pdf"}),
              R"({"type":"FileDeleted","data":{"file_id":"550e8400-e29b-41d4-a716-446655440000","filename":"document.pdf"}})");
    EXPECT_EQ(encode(wire::FileShared{share, file, "abc123def456"}),
              R"({"type":"FileShared","data":{"share_id":"660e8400-e29b-41d4-a716-446655440001",)"
              R"("file_id":"550e8400-e29b-41d4-a716-446655440000","share_token":"abc123def456"}})");
    EXPECT_EQ(encode(wire::ShareAccessed{share, file, "document.pdf"}),
              R"({"type":"ShareAccessed","data":{"share_id":"660e8400-e29b-41d4-a716-446655440001",)"
              R"("file_id":"550e8400-e29b-41d4-a716-446655440000","filename":"document.pdf"}})");
    EXPECT_EQ(encode(wire::ShareExpired{share, file}),
              R"({"type":"ShareExpired","data":{"share_id":"660e8400-e29b-41d4-a716-446655440001",)"
              R"("file_id":"550e8400-e29b-41d4-a716-446655440000"}})");
    EXPECT_EQ(encode(wire::UserOnline{user, "john_doe"}),
              R"({"type":"UserOnline","data":{"user_id":"770e8400-e29b-41d4-a716-446655440002","username":"john_doe"}})");
    EXPECT_EQ(encode(wire::UserOffline{user, "john_doe"}),
              R"({"type":"UserOffline","data":{"user_id":"770e8400-e29b-41d4-a716-446655440002","username":"john_doe"}})");
    EXPECT_EQ(encode(wire::DownloadStarted{file, "document.pdf"}),
              R"({"type":"DownloadStarted","data":{"file_id":"550e8400-e29b-41d4-a716-446655440000","filename":"document.pdf"}})");
    EXPECT_EQ(encode(wire::SystemNotification{"System maintenance", Level::Warning}),
              R"({"type":"SystemNotification","data":{"message":"System maintenance","level":"Warning"}})");
    EXPECT_EQ(encode(wire::AuthenticationResult{true, "Authenticated successfully"}),
              R"({"type":"AuthenticationResult","data":{"success":true,"message":"Authenticated successfully"}})");
    EXPECT_EQ(encode(wire::Error{ErrorCode::InvalidMessage, "Invalid message format"}),
              R"({"type":"Error","data":{"code":"INVALID_MESSAGE","message":"Invalid message format"}})");
    EXPECT_EQ(pong_message, R"({"type":"Pong"})");
}

TEST(Message, WritesProgressAsAPlainNumber) {
    auto progress = [](double value) {
        auto text = encode(wire::UploadProgress{file, value, 786432, 1048576});
        auto from = text.find("\"progress\":") + 11;
        return text.substr(from, text.find(',', from) - from);
    };
    EXPECT_EQ(progress(0.75), "0.75");
    EXPECT_EQ(progress(0), "0");
    EXPECT_EQ(progress(1), "1");
}

TEST(Message, OfTheJournalGivesTheVariantWithoutSince) {
    wire::DownloadStarted started{.file_id = FileId::make(), .filename = "a.txt", .share_id = ShareId::make(), .visitor = 3};
    for (const Event& event : {Event(started), Event(wire::FileUploaded{.filename = "a.txt", .size = 1}), Event(wire::ShareChanged{}),
                               Event(wire::ShareAccessed{.filename = "a.txt", .count = 2, .client = "curl"})}) {
        EXPECT_EQ(without_since(type_of(event), encode(event)), encode_without_since(event)) << type_of(event);
    }
    EXPECT_EQ(without_since("Unknown", "{}"), std::nullopt);
    EXPECT_EQ(without_since("DownloadStarted", "{"), std::nullopt);
}

TEST(Message, IsEscaped) {
    auto text = encode(wire::FileDeleted{file, "a\"b\\c\n</script>"});
    auto data = JsonObject::parse(text)->optional_object("data");
    EXPECT_EQ((*data)->string("filename").value(), "a\"b\\c\n</script>");
}

TEST(Message, OfAClientIsAuthenticatePingOrPong) {
    EXPECT_TRUE(decodes_to<wire::Ping>(R"({"type":"Ping"})"));
    EXPECT_TRUE(decodes_to<wire::Pong>(R"({"data":null,"type":"Pong"})"));
    auto message = decode_message(R"({"type":"Authenticate","data":{"token":"abc","device":"phone"},"seq":1})");
    ASSERT_TRUE(message);
    EXPECT_EQ(std::get<wire::Authenticate>(*message).token, "abc");
}

TEST(Message, OfAnyOtherTypeIsUnknown) {
    for (auto* text : {R"({"type":"FileUploaded","data":{}})", R"({"type":"Subscribe"})", R"({"type":"ping"})", R"({"type":""})"}) {
        EXPECT_TRUE(decodes_to<UnknownMessage>(text)) << text;
    }
}

TEST(Message, ThatIsNotWellFormedIsInvalid) {
    for (auto* text : {"", "Ping", "[]", "\"Ping\"", "{}", R"({"type":5})", R"({"type":null})", R"({"type":["Ping"]})",
                       R"({"Type":"Ping"})", R"({"type":"Ping","data":5})", R"({"type":"Ping","data":[]})", R"({"type":"Authenticate"})",
                       R"({"type":"Ping"} {})", R"({"type":"Authenticate","data":{}})", R"({"type":"Authenticate","data":{"token":5}})",
                       R"({"type":"Authenticate","data":{"token":null}})", R"({"type":"Authenticate","data":"token"})"}) {
        auto message = decode_message(text);
        ASSERT_FALSE(message) << text;
        EXPECT_EQ(message.error().code, ErrorCode::InvalidMessage) << text;
    }
}

TEST(Message, IsNestedAtMost32Deep) {
    auto nested = [](std::size_t levels) {
        return R"({"type":"Ping","more":)" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
    };
    EXPECT_TRUE(decodes_to<wire::Ping>(nested(32)));
    EXPECT_EQ(decode_message(nested(33)).error().code, ErrorCode::InvalidMessage);
}

}  // namespace
}  // namespace ks::codec
