#include "net/http_fixture.h"

namespace ks::net {

using RequestReaderTest = HttpTest;

TEST_F(RequestReaderTest, ReadsRequestsThatCameTogetherOneAfterTheOther) {
    client_sends("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(run(reader_->read_head()).value());
    EXPECT_EQ(reader_->request().target, "/a");
    char body[16];
    EXPECT_EQ(run(reader_->read_body(body)).value(), 3U);
    EXPECT_EQ(std::string_view(body, 3), "abc");
    EXPECT_FALSE(reader_->has_unread_body());
    ASSERT_TRUE(run(reader_->read_head()).value());
    EXPECT_EQ(reader_->request().target, "/b");
}

TEST_F(RequestReaderTest, KnowsOfABodyThatNobodyHasRead) {
    client_sends("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    ASSERT_TRUE(run(reader_->read_head()).value());
    EXPECT_TRUE(reader_->has_unread_body());
    char body[16];
    EXPECT_EQ(run(reader_->read_body(body)).value(), 3U);
    EXPECT_EQ(run(reader_->read_body(body)).value(), 0U);
    EXPECT_FALSE(reader_->has_unread_body());
}

TEST_F(RequestReaderTest, RefusesABodyWithTwoFramings) {
    client_sends("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
    auto head = run(reader_->read_head());
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().status, 400);
    EXPECT_FALSE(reader_->keep_alive());
}

TEST_F(RequestReaderTest, ReturnsFalseWhenTheClientIsGone) {
    client_.close();
    EXPECT_FALSE(run(reader_->read_head()).value());
}

TEST_F(RequestReaderTest, AnInterruptedBodyCanBeReadOn) {
    client_sends("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n");
    ASSERT_TRUE(run(reader_->read_head()).value());
    char body[16];
    asio::post(loop_, [this] { reader_->interrupt(); });
    auto interrupted = run(reader_->read_body(body));
    ASSERT_FALSE(interrupted);
    EXPECT_EQ(interrupted.error().code, ErrorCode::Conflict);
    client_sends("abc");
    EXPECT_EQ(run(reader_->read_body(body)).value(), 3U);
}

TEST_F(RequestReaderTest, ABodyThatStallsEndsTheConnection) {
    client_sends("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n");
    ASSERT_TRUE(run(reader_->read_head()).value());
    char body[16];
    EXPECT_FALSE(run(reader_->read_body(body)));
    EXPECT_FALSE(transport_->is_open());
}

}  // namespace ks::net
