#include "model/file.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

TEST(ContentType, IsKeptWithItsParameters) {
    EXPECT_EQ(clean_content_type("image/png"), "image/png");
    EXPECT_EQ(clean_content_type("text/plain; charset=utf-8"), "text/plain; charset=utf-8");
}

TEST(ContentType, IsOctetStreamForWhatIsNone) {
    for (auto* type : {"", "image", "/png", "image/", "text/html\r\nX-Evil: 1", "text/h\xc3\xa9", "text/\x7f"}) {
        EXPECT_EQ(clean_content_type(type), "application/octet-stream") << type;
    }
    EXPECT_EQ(clean_content_type("a/" + std::string(300, 'b')), "application/octet-stream");
}

}  // namespace
}  // namespace ks
