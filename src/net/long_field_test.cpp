#include "net/long_field.h"

#include <gtest/gtest.h>

namespace ks::net {

TEST(LongField, IsCutOutOfTheHead) {
    std::string head = "POST / HTTP/1.1\r\nHost: a\r\nupload-concat: \t final;/a /b \r\nX: y\r\n\r\nUpload-Concat: body";
    EXPECT_EQ(cut_field(head, "Upload-Concat"), "final;/a /b");
    EXPECT_EQ(head, "POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\nUpload-Concat: body");
    EXPECT_FALSE(cut_field(head, "Upload-Concat"));
}

TEST(LongField, MayBeEmptyAndLast) {
    std::string head = "POST / HTTP/1.1\r\nUpload-Concat:\r\n\r\n";
    EXPECT_EQ(cut_field(head, "Upload-Concat"), "");
    EXPECT_EQ(head, "POST / HTTP/1.1\r\n\r\n");
}

TEST(LongField, HoldsNoControlCharacters) {
    for (std::string value : {std::string("a\nb"), std::string("a\0b", 3), std::string("a\rb")}) {
        std::string head = "POST / HTTP/1.1\r\nUpload-Concat: " + value + "\r\n\r\n";
        EXPECT_FALSE(cut_field(head, "Upload-Concat"));
    }
}

}  // namespace ks::net
