#include "codec/magic.h"

#include <gtest/gtest.h>

namespace ks::codec {
namespace {

using namespace std::string_view_literals;

TEST(Magic, KnowsFilesByTheirBytes) {
    Magic magic;
    EXPECT_EQ(magic.type_of("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"sv), "image/png");
    EXPECT_EQ(magic.type_of("A few words,\nin two lines.\n"), "text/plain");
    EXPECT_EQ(magic.type_of("<!doctype html><html><body>x</body></html>"), "text/html");
    EXPECT_EQ(magic.type_of("x"), "application/octet-stream");
    EXPECT_EQ(magic.type_of(""), "application/x-empty");
}

}  // namespace
}  // namespace ks::codec
