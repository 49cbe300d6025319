#include "net/http_fixture.h"

namespace ks::net {

namespace {

constexpr ResponseWriter::Context http11{.head_only = false, .is_http11 = true, .keep_alive = true};
constexpr ResponseWriter::Context http10{.head_only = false, .is_http11 = false, .keep_alive = true};
constexpr ResponseWriter::Context head11{.head_only = true, .is_http11 = true, .keep_alive = true};

}  // namespace

using ResponseWriterTest = HttpTest;

TEST_F(ResponseWriterTest, SendsABodyWithItsLengthAndKeepsTheConnection) {
    writer_->begin(http11);
    ASSERT_TRUE(run(writer_->send({.body = "hello"})));
    EXPECT_TRUE(writer_->keeps_alive());
    std::string received = client_receives();
    EXPECT_NE(received.find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_TRUE(received.ends_with("\r\n\r\nhello"));
}

TEST_F(ResponseWriterTest, AStreamWithoutItsEndDoesNotKeepTheConnection) {
    writer_->begin(http11);
    ASSERT_TRUE(run(writer_->start({})));
    ASSERT_TRUE(run(writer_->write_some("abc")));
    EXPECT_FALSE(writer_->keeps_alive());
    ASSERT_TRUE(run(writer_->finish()));
    EXPECT_TRUE(writer_->keeps_alive());
    EXPECT_TRUE(client_receives().ends_with("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
}

TEST_F(ResponseWriterTest, AStreamToAnHttp10ClientEndsWithTheConnection) {
    writer_->begin(http10);
    ASSERT_TRUE(run(writer_->start({})));
    ASSERT_TRUE(run(writer_->write_some("abc")));
    ASSERT_TRUE(run(writer_->finish()));
    EXPECT_FALSE(writer_->keeps_alive());
    std::string received = client_receives();
    EXPECT_EQ(received.find("Transfer-Encoding"), std::string::npos);
    EXPECT_TRUE(received.ends_with("Connection: close\r\n\r\nabc"));
}

TEST_F(ResponseWriterTest, AHeadIsAWholeResponseToHEAD) {
    writer_->begin(head11);
    ASSERT_TRUE(run(writer_->send({.body = "hello"})));
    EXPECT_TRUE(writer_->keeps_alive());
    EXPECT_TRUE(client_receives().ends_with("Content-Length: 5\r\n\r\n"));
}

TEST_F(ResponseWriterTest, CountsTheBodyWithoutTheHead) {
    writer_->begin(http11);
    ASSERT_TRUE(run(writer_->send({.body = "hello", .until_handed_over = true})));
    EXPECT_EQ(writer_->body_handed_over(), 5U);
}

TEST_F(ResponseWriterTest, AReaderThatTakesNothingIsCutOff) {
    writer_->begin(http11);
    std::string much(64 << 20, 'x');
    EXPECT_FALSE(run(writer_->send({.body = std::move(much)})));
    EXPECT_FALSE(transport_->is_open());
    EXPECT_FALSE(writer_->keeps_alive());
}

}  // namespace ks::net
