#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::s3 {

// An element of a response of S3: its text and its children. Attributes are dropped.
struct XmlElement {
    std::string name{};
    std::string text{};  // decoded
    std::vector<XmlElement> children{};

    const XmlElement* child(std::string_view child_name) const;     // the first; null if there is none
    const std::string& text_of(std::string_view child_name) const;  // empty if there is none
};

// Parses the subset of XML that S3 sends: elements, text, the predefined and numeric references; a declaration and comments are skipped.
// Returns nullopt for everything else (document types, CDATA, processing instructions), malformed input and more than 8 levels.
std::optional<XmlElement> parse_xml(std::string_view text);

}  // namespace ks::s3
