#include "net/ws_frame.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace ks::net {
namespace {

using Kind = Incoming::Kind;

constexpr Mask mask{'\x37', '\xfa', '\x21', '\x3d'};  // from the examples of RFC 6455 §5.7

std::string client(FrameHeader header, std::string_view payload) {
    header.mask = mask;
    return encode_frame(header, payload);
}

struct Got {
    Kind kind;
    std::string payload;
    CloseCode code{};
    bool operator==(const Got&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Got& got) {
    return out << static_cast<int>(got.kind) << ":" << got.payload << ":" << static_cast<int>(got.code);
}

// Reads `stream` in pieces of `portion` bytes.
std::vector<Got> read_in(std::size_t portion, const std::string& stream, FrameRules rules, bool* at_rest = nullptr) {
    FrameReader reader;
    std::vector<Got> all;
    for (std::size_t at = 0; at < stream.size(); at += portion) {
        std::string piece = stream.substr(at, portion);  // on the heap, so that sanitizers detect overreads
        std::span<char> bytes(piece);
        while (true) {
            auto incoming = reader.next(bytes, rules);
            if (incoming.kind == Kind::Nothing) {
                EXPECT_TRUE(bytes.empty());
                break;
            }
            all.push_back({incoming.kind, std::string(incoming.payload), incoming.code});
            if (incoming.kind == Kind::Violation) return all;
        }
    }
    if (at_rest) *at_rest = reader.at_rest();
    return all;
}

// Reads `stream` at once and in small pieces; the results must be equal.
std::vector<Got> read(const std::string& stream, FrameRules rules = {.max_message_bytes = 1 << 20}, bool* at_rest = nullptr) {
    bool rests = false;
    auto whole = read_in(stream.size() + 1, stream, rules, &rests);
    if (at_rest) *at_rest = rests;
    if (stream.size() < 5000) {
        for (std::size_t portion = 1; portion < std::min<std::size_t>(stream.size(), 40); ++portion) {
            bool rests_too = false;
            EXPECT_EQ(read_in(portion, stream, rules, &rests_too), whole) << "in portions of " << portion;
            EXPECT_EQ(rests_too, rests) << "in portions of " << portion;
        }
    }
    return whole;
}

Got wrong(CloseCode code) { return {Kind::Violation, "", code}; }
constexpr auto broken = CloseCode::ProtocolError;

TEST(WsFrame, TheExamplesOfTheRfc) {
    EXPECT_EQ(encode_frame({}, "Hello"), "\x81\x05Hello");
    EXPECT_EQ(client({}, "Hello"), "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    EXPECT_EQ(encode_frame({.final = false}, "Hel"), "\x01\x03Hel");
    EXPECT_EQ(encode_frame({.opcode = Opcode::Continuation}, "lo"), "\x80\x02lo");
    EXPECT_EQ(encode_frame({.opcode = Opcode::Binary}, std::string(256, 'b')).substr(0, 4), std::string("\x82\x7e\x01\x00", 4));
    EXPECT_EQ(encode_frame({.opcode = Opcode::Binary}, std::string(65536, 'b')).substr(0, 10),
              std::string("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
    EXPECT_EQ(read("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), (std::vector<Got>{{Kind::Text, "Hello"}}));
}

TEST(WsFrame, EveryLengthComesThroughAndLeavesNothingBehind) {
    for (std::size_t size : {0, 1, 7, 8, 9, 124, 125, 126, 127, 128, 4000, 65534, 65535, 65536, 65537, 200'000}) {
        std::string payload(size, 0);
        for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>('a' + i % 26);
        bool at_rest = false;
        EXPECT_EQ(read(client({}, payload) + client({.opcode = Opcode::Binary}, "x"), {1 << 20}, &at_rest),
                  (std::vector<Got>{{Kind::Text, payload}, {Kind::Binary, "x"}}));
        EXPECT_TRUE(at_rest) << size;
    }
}

TEST(WsFrame, FragmentsAreJoinedAndControlFramesComeBetweenThem) {
    bool at_rest = false;
    auto stream = client({.final = false}, "a") + client({.opcode = Opcode::Ping}, "1") +
                  client({.opcode = Opcode::Continuation, .final = false}, "") +
                  client({.opcode = Opcode::Continuation, .final = false}, "b\xc3") +
                  client({.opcode = Opcode::Pong}, std::string(125, '2')) + client({.opcode = Opcode::Continuation}, "\xbc") +
                  client({.opcode = Opcode::Ping}, "") + client({}, "next");
    EXPECT_EQ(
        read(stream, {1000}, &at_rest),
        (std::vector<Got>{
            {Kind::Ping, "1"}, {Kind::Pong, std::string(125, '2')}, {Kind::Text, "ab\xc3\xbc"}, {Kind::Ping, ""}, {Kind::Text, "next"}}));
    EXPECT_TRUE(at_rest);
}

TEST(WsFrame, AStreamCutAnywhereReadsTheSame) {
    std::mt19937 random(1);
    for (int round = 0; round < 30; ++round) {
        std::string stream;
        bool open = false;
        for (int i = 0; i < 12; ++i) {
            if (random() % 3 == 0)
                stream += client({.opcode = random() % 2 ? Opcode::Ping : Opcode::Pong}, std::string(random() % 126, 'p'));
            bool final = random() % 2;
            auto size = random() % 4 == 0 ? 126 + random() % 100 : random() % 30;
            stream += client({.opcode = open ? Opcode::Continuation : Opcode::Text, .final = final}, std::string(size, 'd'));
            open = !final;
        }
        auto got = read(stream);
        for (auto& one : got) EXPECT_NE(one.kind, Kind::Violation);
    }
}

TEST(WsFrame, WhatNoContextMakesRight) {
    std::string tail = "\x80" + std::string("mask");
    for (const auto& [name, bytes] : std::vector<std::pair<const char*, std::string>>{
             {"RSV2", "\xa1" + tail},
             {"RSV3", "\x91" + tail},
             {"RSV1 without permessage-deflate", "\xc1" + tail},
             {"opcode 3", "\x83" + tail},
             {"opcode 7", "\x87" + tail},
             {"opcode 11", "\x8b" + tail},
             {"opcode 15", "\x8f" + tail},
             {"unmasked", encode_frame({}, "x")},
             {"unmasked ping", encode_frame({.opcode = Opcode::Ping}, "")},
             {"a fragmented ping", "\x09" + tail},
             {"a fragmented close", "\x08" + tail},
             {"a long ping", "\x89\xfe" + std::string("\x00\x7emask", 6)},
             {"125 in two bytes", "\x81\xfe" + std::string("\x00\x7dmask", 6)},
             {"65535 in eight bytes", "\x81\xff" + std::string("\x00\x00\x00\x00\x00\x00\xff\xffmask", 12)},
             {"the highest bit of the length", "\x82\xff" + std::string("\x80\x00\x00\x00\x00\x00\x00\x01mask", 12)},
             {"a continuation of nothing", client({.opcode = Opcode::Continuation}, "x")},
             {"a text within a text", client({.final = false}, "a") + client({}, "b")},
         })
        EXPECT_EQ(read(bytes), std::vector<Got>{wrong(broken)}) << name;
}

TEST(WsFrame, Rsv1IsForTheFirstFrameOfACompressedMessage) {
    FrameRules rules{.max_message_bytes = 1000, .deflate = true};
    auto compressed = client({.final = false, .compressed = true}, "\xff") + client({.opcode = Opcode::Continuation}, "\xfe");
    EXPECT_EQ(read(compressed, rules), (std::vector<Got>{{Kind::Text, "\xff\xfe"}}));  // validated only after inflating
    EXPECT_EQ(read(client({.final = false}, "a") + client({.opcode = Opcode::Continuation, .compressed = true}, "b"), rules),
              std::vector<Got>{wrong(broken)});
    EXPECT_EQ(read("\xc9\x80mask", rules), std::vector<Got>{wrong(broken)});
    EXPECT_EQ(read(client({.compressed = true}, "a")), std::vector<Got>{wrong(broken)});
}

TEST(WsFrame, AMessageIsRefusedWhenAHeaderSaysThatItIsTooLong) {
    FrameRules rules{.max_message_bytes = 1000};
    EXPECT_EQ(read(client({}, std::string(1000, 'x')), rules).at(0).kind, Kind::Text);
    EXPECT_EQ(read(client({}, std::string(1001, 'x')).substr(0, 8), rules), std::vector<Got>{wrong(CloseCode::MessageTooBig)});
    EXPECT_EQ(read("\x82\xff" + std::string("\x7f\xff\xff\xff\xff\xff\xff\xffmask", 12), rules),
              std::vector<Got>{wrong(CloseCode::MessageTooBig)});
    EXPECT_EQ(
        read(client({.final = false}, std::string(600, 'x')) + client({.opcode = Opcode::Continuation}, std::string(401, 'x')), rules),
        std::vector<Got>{wrong(CloseCode::MessageTooBig)});
}

TEST(WsFrame, TextFailsAtTheFirstByteThatCannotBeUtf8) {
    FrameRules rules{.max_message_bytes = 1000};
    EXPECT_EQ(read(client({}, "\xce\xba\xe1\xbd\xb9"), rules).at(0).kind, Kind::Text);
    // The rest of the frame and of the message never arrives.
    auto half = client({.final = false}, std::string("ok \xf4\x90 the rest"));
    EXPECT_EQ(read_in(1, half.substr(0, half.size() - 5), rules), std::vector<Got>{wrong(CloseCode::InvalidData)});
    EXPECT_EQ(read(client({}, "cut \xe2\x82"), rules), std::vector<Got>{wrong(CloseCode::InvalidData)});
    EXPECT_EQ(read(client({.final = false}, "\xe2\x82") + client({.opcode = Opcode::Continuation}, ""), rules),
              std::vector<Got>{wrong(CloseCode::InvalidData)});
    EXPECT_EQ(read(client({.opcode = Opcode::Binary}, "\xff\xff"), rules).at(0).kind, Kind::Binary);
}

TEST(WsFrame, Utf8AgainstItsGrammar) {
    auto encode = [](std::uint32_t point) {
        std::string text;
        if (point < 0x80) return std::string(1, static_cast<char>(point));
        if (point < 0x800) return std::string{static_cast<char>(0xc0 | point >> 6), static_cast<char>(0x80 | (point & 63))};
        if (point < 0x10000)
            return std::string{static_cast<char>(0xe0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 63)),
                               static_cast<char>(0x80 | (point & 63))};
        return std::string{static_cast<char>(0xf0 | point >> 18), static_cast<char>(0x80 | (point >> 12 & 63)),
                           static_cast<char>(0x80 | (point >> 6 & 63)), static_cast<char>(0x80 | (point & 63))};
    };
    for (std::uint32_t point = 0; point < 0x110400; ++point) {
        bool fine = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
        ASSERT_EQ(is_whole_utf8("ascii 12" + encode(point)), fine) << std::hex << point;
    }
    for (const char* bad :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf5\x80\x80\x80", "\xfe", "\xc3(", "\xc3"})
        EXPECT_FALSE(is_whole_utf8(bad));
}

TEST(WsFrame, CloseFrames) {
    EXPECT_EQ(encode_close(1005, "unsaid"), std::string("\x88\x00", 2));
    EXPECT_EQ(encode_close(1000, "ok"), "\x88\x04\x03\xe8ok");
    auto cut = encode_close(1000, std::string(122, 'x') + "ü");
    EXPECT_EQ(cut.size(), 2u + 2 + 122);
    EXPECT_EQ(encode_close(1000, std::string(121, 'x') + "ü").size(), 2u + 2 + 123);

    EXPECT_EQ(read_close("").code, 1005);
    EXPECT_EQ(read_close("\x03").violation, broken);
    EXPECT_EQ(read_close("\x03\xe8why").reason, "why");
    EXPECT_EQ(read_close("\x03\xe8\xff").violation, CloseCode::InvalidData);
    for (int code = 0; code <= 65535; ++code) {
        bool fine = (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) || (code >= 3000 && code < 5000);
        auto said = read_close(std::string{static_cast<char>(code >> 8), static_cast<char>(code)});
        ASSERT_EQ(!said.violation, fine) << code;
        ASSERT_EQ(said.code, fine ? code : 1005);
    }
}

TEST(WsFrame, FromAServerFramesAreNotMasked) {
    FrameRules rules{.max_message_bytes = 100, .from_client = false};
    EXPECT_EQ(read(encode_frame({}, "x"), rules), (std::vector<Got>{{Kind::Text, "x"}}));
    EXPECT_EQ(read(client({}, "x"), rules), std::vector<Got>{wrong(broken)});
}

}  // namespace
}  // namespace ks::net
