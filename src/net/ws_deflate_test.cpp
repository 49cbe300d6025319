#include "base/size.h"
#include "net/ws_deflate.h"

#include "net/frame.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

namespace ks::net {
namespace {

using Outcome = Inflater::Outcome;

std::string inflated(Inflater& inflater, std::string_view payload, std::size_t limit = 1 << 20) {
    std::string_view message;
    EXPECT_EQ(inflater.inflate(payload, limit, message), Outcome::Ok);
    return std::string(message);
}

Outcome outcome(std::string_view payload, std::size_t limit = 1000) {
    Inflater inflater;
    std::string_view message;
    return inflater.inflate(payload, limit, message);
}

TEST(WsDeflate, TheExamplesOfTheRfc) {
    Inflater inflater;
    EXPECT_EQ(inflated(inflater, std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)), "Hello");                           // §7.2.3.1
    EXPECT_EQ(inflated(inflater, std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11)), "Hello");          // §7.2.3.3
    EXPECT_EQ(inflated(inflater, std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8)), "Hello");                       // §7.2.3.4
    EXPECT_EQ(inflated(inflater, std::string("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13)), "Hello");  // §7.2.3.5
    EXPECT_EQ(inflated(inflater, std::string("\x00", 1)), "");                                                        // §7.2.3.6
    EXPECT_EQ(inflated(inflater, ""), "");
}

TEST(WsDeflate, EachMessageStandsByItself) {
    Inflater inflater;
    Deflater deflater;
    std::string text = "{\"type\":\"UploadProgress\",\"data\":{\"progress\":0.5,\"progress\":0.5,\"progress\":0.5}}";
    std::string first(deflater.deflate(text)), second(deflater.deflate(text));
    ASSERT_FALSE(first.empty());
    EXPECT_EQ(first, second);
    EXPECT_EQ(inflated(inflater, first), text);
    // References to the previous message must fail ("Hello" again, §7.2.3.2).
    EXPECT_EQ(inflated(inflater, std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)), "Hello");
    std::string_view message;
    EXPECT_EQ(inflater.inflate(std::string("\xf2\x00\x11\x00\x00", 5), 1000, message), Outcome::Corrupt);
    EXPECT_EQ(inflated(inflater, first), text);
}

TEST(WsDeflate, AnyTextComesBackOrIsNotSmaller) {
    std::mt19937 random(7);
    Inflater inflater;
    Deflater deflater;
    for (std::size_t size : {1, 10, 100, 1000, 5000, 40'000, 300'000, 1'000'000}) {
        for (unsigned letters : {1, 3, 20, 256}) {
            std::string text(size, 0);
            for (auto& c : text) c = static_cast<char>(random() % letters);
            auto payload = deflater.deflate(text);
            if (payload.empty()) {
                EXPECT_TRUE(size < 20 || letters == 256) << size << " " << letters;
                continue;
            }
            EXPECT_LT(payload.size(), size);
            EXPECT_EQ(inflated(inflater, payload), text);
        }
    }
}

TEST(WsDeflate, OurWindowIsNoLargerThanWeSay) {
    Deflater deflater;
    std::string text(20'000, 0);
    std::mt19937 random(3);
    for (auto& c : text) c = static_cast<char>(random() % 64);
    text += text.substr(0, 16'000) + std::string(6'000, 'x');  // repeats from beyond the window
    std::string payload(deflater.deflate(text));
    ASSERT_FALSE(payload.empty());
    payload.append("\x00\x00\xff\xff", 4);
    z_stream z{};
    ASSERT_EQ(inflateInit2(&z, -deflate_window_bits), Z_OK);
    std::string out(text.size() + 10, 0);
    z.next_in = reinterpret_cast<Bytef*>(payload.data());
    z.avail_in = static_cast<uInt>(payload.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(::inflate(&z, Z_SYNC_FLUSH), Z_OK);
    EXPECT_EQ(out.substr(0, out.size() - z.avail_out), text);
    inflateEnd(&z);
}

TEST(WsDeflate, ABombIsStoppedAtTheLimit) {
    Deflater deflater;
    std::string bomb(deflater.deflate(std::string(8_MiB, 'b')));
    EXPECT_LT(bomb.size(), 50'000u);
    EXPECT_EQ(outcome(bomb, 64_KiB), Outcome::TooBig);
    std::string fits(deflater.deflate(std::string(64_KiB, 'b')));
    EXPECT_EQ(outcome(fits, 64_KiB), Outcome::Ok);
    EXPECT_EQ(outcome(fits, 64_KiB - 1), Outcome::TooBig);
}

TEST(WsDeflate, WhatIsNoDeflateIsCorrupt) {
    EXPECT_EQ(outcome("\x07"), Outcome::Corrupt);
    EXPECT_EQ(outcome("\x06\x00\x00"), Outcome::Corrupt);
    Deflater deflater;
    std::string whole(deflater.deflate("the quick brown fox the quick brown fox the quick brown fox the quick brown fox"));
    for (std::size_t size = 1; size + 1 < whole.size(); ++size) EXPECT_EQ(outcome(whole.substr(0, size)), Outcome::Corrupt) << size;
    EXPECT_EQ(outcome(whole), Outcome::Ok);
}

TEST(Frame, IsDeflatedWhereThatIsWorthIt) {
    std::string text(300, 'a');
    auto frame = make_frame(text, true);
    ASSERT_TRUE(frame.deflated);
    EXPECT_EQ(frame.deflated.view()[0], '\xc1');
    EXPECT_EQ(frame.plain.view()[0], '\x81');
    EXPECT_EQ(frame.for_socket(true), frame.deflated);
    EXPECT_EQ(frame.for_socket(false), frame.plain);
    EXPECT_FALSE(make_frame(text, false).deflated);
    EXPECT_FALSE(make_frame("{\"type\":\"Pong\"}", true).deflated);
}

}  // namespace
}  // namespace ks::net
