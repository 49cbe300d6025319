#include "adapters/s3/xml.h"

#include <gtest/gtest.h>

namespace ks::s3 {
namespace {

TEST(Xml, ReadsAList) {
    auto list = parse_xml(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><!-- two -->\n"
        " <IsTruncated>false</IsTruncated><Prefix/>\n"
        " <Contents><Key>a</Key><Size>1</Size></Contents><Contents><Key>b</Key><Size>22</Size></Contents>\n"
        "</ListBucketResult>\n");
    ASSERT_TRUE(list);
    EXPECT_EQ(list->name, "ListBucketResult");
    EXPECT_EQ(list->text_of("IsTruncated"), "false");
    EXPECT_EQ(list->text_of("Prefix"), "");
    EXPECT_EQ(list->text_of("Absent"), "");
    ASSERT_EQ(list->children.size(), 4U);
    EXPECT_EQ(list->children[3].text_of("Key"), "b");
    EXPECT_EQ(list->children[3].text_of("Size"), "22");
}

TEST(Xml, DecodesReferences) {
    auto tag = parse_xml("  <ETag a='>' b=\"</ETag>\">&quot;a&amp;b&lt;&gt;&apos;&#34;&#x22;</ETag >");
    ASSERT_TRUE(tag);
    EXPECT_EQ(tag->text, "\"a&b<>'\"\"");
}

TEST(Xml, RefusesWhatS3DoesNotSend) {
    for (const char* text : {"",
                             "text",
                             "<a>",
                             "<a></b>",
                             "<a></a><b></b>",
                             "<a></a>text",
                             "<a",
                             "<a b",
                             "<a b=\"",
                             "<a/",
                             "<>",
                             "</a>",
                             "<a>&unknown;</a>",
                             "<a>&amp</a>",
                             "<a>&#0;</a>",
                             "<a>&#x;</a>",
                             "<a>&#99999999999;</a>",
                             "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
                             "<a><![CDATA[b]]></a>",
                             "<a><?php ?></a>",
                             "<a><!-- </a>",
                             "<a><b></a></b>",
                             "<a><b c=<d></b></a>"}) {
        EXPECT_FALSE(parse_xml(text)) << text;
    }
}

TEST(Xml, RefusesDepth) {
    auto nested = [](int levels) {
        std::string text;
        for (int i = 0; i < levels; ++i) text += "<a>";
        for (int i = 0; i < levels; ++i) text += "</a>";
        return text;
    };
    EXPECT_TRUE(parse_xml(nested(8)));
    EXPECT_FALSE(parse_xml(nested(9)));
    EXPECT_FALSE(parse_xml(std::string(1'000'000, '<')));
    std::string open;
    for (int i = 0; i < 100'000; ++i) open += "<a>";
    EXPECT_FALSE(parse_xml(open));
}

// Every prefix of a document is malformed, and must be refused without reading beyond its end.
TEST(Xml, RefusesPrefixes) {
    std::string text = "<?xml version=\"1.0\"?><Error x='1'><Code>&lt;A&#65;</Code><!-- c --><Empty/></Error>";
    ASSERT_TRUE(parse_xml(text));
    for (std::size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(parse_xml(std::string(text.data(), size))) << size;
}

}  // namespace
}  // namespace ks::s3
