#include "model/content_type.h"

#include "base/unicode.h"

#include <algorithm>
#include <array>

namespace ks {

namespace {

struct MediaType {
    std::string type, subtype;
    bool utf8 = false;
};

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Returns whether text is a name of RFC 6838 §4.2, which is narrower than a token.
bool is_name(std::string_view text) {
    constexpr std::size_t longest = 127;
    auto allowed = [](char c) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return letter || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), allowed);
}

// Only charset parameters matter; all of them must be UTF-8.
bool says_utf8(std::string_view parameters) {
    bool utf8 = false;
    while (!parameters.empty()) {
        auto end = std::min(parameters.find(';'), parameters.size());
        auto parameter = trim(parameters.substr(0, end));
        parameters.remove_prefix(std::min(end + 1, parameters.size()));
        auto equals = parameter.find('=');
        if (equals == std::string_view::npos || lower(trim(parameter.substr(0, equals))) != "charset") continue;
        auto value = trim(parameter.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        utf8 = lower(value) == "utf-8" || lower(value) == "utf8";
        if (!utf8) return false;
    }
    return utf8;
}

std::optional<MediaType> parse(std::string_view given) {
    auto end = std::min(given.find(';'), given.size());
    auto name = trim(given.substr(0, end));
    auto slash = name.find('/');
    if (slash == std::string_view::npos || !is_name(name.substr(0, slash)) || !is_name(name.substr(slash + 1))) return std::nullopt;
    return MediaType{lower(name.substr(0, slash)), lower(name.substr(slash + 1)), says_utf8(given.substr(std::min(end + 1, given.size())))};
}

template <std::size_t count>
bool contains(const std::array<std::string_view, count>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

constexpr std::array<std::string_view, 12> shown_text{
    "plain", "csv", "tab-separated-values", "markdown", "calendar", "vcard", "vtt", "rtf", "richtext", "troff", "rust", "sql"};

constexpr std::array<std::string_view, 22> shown_application{
    "octet-stream", "pdf",    "json", "geo+json", "ld+json", "yaml",       "toml", "sql",       "zip",   "gzip",         "zstd",
    "epub+zip",     "msword", "rtf",  "ogg",      "mp4",     "postscript", "tar",  "font-woff", "dicom", "java-archive", "mathematica"};

// Excluded types of x- and vnd.: some program executes or installs them.
constexpr std::array<std::string_view, 14> active_application{
    "x-javascript",  "x-ecmascript",          "x-shockwave-flash",  "x-futuresplash",       "x-xpinstall",
    "x-java-applet", "x-java-jnlp-file",      "x-java-bean",        "x-silverlight-app",    "x-silverlight-2",
    "x-mimearchive", "x-ns-proxy-autoconfig", "x-chrome-extension", "x-www-form-urlencoded"};

bool is_on_the_list(const MediaType& media) {
    const auto& [type, subtype, utf8] = media;
    bool xml = subtype == "xml" || subtype.ends_with("+xml");
    if (type == "image") return !xml || subtype == "svg+xml";
    if (type == "audio" || type == "video" || type == "font" || type == "model") return !xml;
    if (type == "text") {
        bool script = subtype.find("javascript") != std::string::npos || subtype.find("ecmascript") != std::string::npos;
        return contains(shown_text, subtype) || (subtype.starts_with("x-") && !xml && !script && subtype != "x-component");
    }
    if (type != "application" || xml) return false;
    if (contains(shown_application, subtype) || subtype.ends_with("+json") || subtype.ends_with("+zip")) return true;
    bool certificate = subtype.starts_with("x-x509-") || subtype.starts_with("x-pkcs");
    return (subtype.starts_with("vnd.") || subtype.starts_with("x-")) && !certificate && !contains(active_application, subtype);
}

struct Ending {
    std::string_view ending, type;
};

constexpr std::array<Ending, 58> text_endings{{
    {"txt", "text/plain"},
    {"text", "text/plain"},
    {"log", "text/plain"},
    {"conf", "text/plain"},
    {"cfg", "text/plain"},
    {"ini", "text/plain"},
    {"diff", "text/plain"},
    {"patch", "text/plain"},
    {"md", "text/markdown"},
    {"markdown", "text/markdown"},
    {"csv", "text/csv"},
    {"tsv", "text/tab-separated-values"},
    {"ics", "text/calendar"},
    {"vcf", "text/vcard"},
    {"vtt", "text/vtt"},
    {"srt", "application/x-subrip"},
    {"rtf", "application/rtf"},
    {"json", "application/json"},
    {"geojson", "application/geo+json"},
    {"yaml", "application/yaml"},
    {"yml", "application/yaml"},
    {"toml", "application/toml"},
    {"sql", "application/sql"},
    {"svg", "image/svg+xml"},
    {"html", "text/html"},
    {"htm", "text/html"},
    {"xhtml", "application/xhtml+xml"},
    {"xml", "text/xml"},
    {"xsl", "text/xml"},
    {"css", "text/css"},
    {"js", "text/javascript"},
    {"mjs", "text/javascript"},
    {"c", "text/x-c"},
    {"h", "text/x-c"},
    {"cc", "text/x-c++"},
    {"cpp", "text/x-c++"},
    {"hpp", "text/x-c++"},
    {"cs", "text/plain"},
    {"go", "text/plain"},
    {"java", "text/x-java"},
    {"jsx", "text/plain"},
    {"tsx", "text/plain"},
    {"kt", "text/plain"},
    {"lua", "text/x-lua"},
    {"php", "text/plain"},
    {"pl", "text/x-perl"},
    {"py", "text/x-python"},
    {"rb", "text/x-ruby"},
    {"rs", "text/plain"},
    {"sh", "text/x-shellscript"},
    {"swift", "text/plain"},
    {"tex", "text/x-tex"},
    {"bib", "text/plain"},
    {"eml", "message/rfc822"},
    {"asc", "text/plain"},
    {"pem", "text/plain"},
    {"obj", "model/obj"},
    {"gpx", "application/gpx+xml"},
}};

constexpr std::array<Ending, 64> binary_endings{{
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"heic", "image/heic"},
    {"heif", "image/heif"},
    {"jxl", "image/jxl"},
    {"bmp", "image/bmp"},
    {"ico", "image/x-icon"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"psd", "image/vnd.adobe.photoshop"},
    {"mp3", "audio/mpeg"},
    {"m4a", "audio/mp4"},
    {"aac", "audio/aac"},
    {"ogg", "audio/ogg"},
    {"oga", "audio/ogg"},
    {"opus", "audio/ogg"},
    {"flac", "audio/flac"},
    {"wav", "audio/wav"},
    {"mid", "audio/midi"},
    {"mp4", "video/mp4"},
    {"m4v", "video/mp4"},
    {"mov", "video/quicktime"},
    {"webm", "video/webm"},
    {"mkv", "video/x-matroska"},
    {"avi", "video/x-msvideo"},
    {"ogv", "video/ogg"},
    {"mpg", "video/mpeg"},
    {"mpeg", "video/mpeg"},
    {"ts", "video/mp2t"},
    {"pdf", "application/pdf"},
    {"ps", "application/postscript"},
    {"doc", "application/msword"},
    {"xls", "application/vnd.ms-excel"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"msg", "application/vnd.ms-outlook"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"odg", "application/vnd.oasis.opendocument.graphics"},
    {"epub", "application/epub+zip"},
    {"jar", "application/java-archive"},
    {"apk", "application/vnd.android.package-archive"},
    {"zip", "application/zip"},
    {"gz", "application/gzip"},
    {"tgz", "application/gzip"},
    {"zst", "application/zstd"},
    {"bz2", "application/x-bzip2"},
    {"xz", "application/x-xz"},
    {"7z", "application/x-7z-compressed"},
    {"rar", "application/vnd.rar"},
    {"tar", "application/x-tar"},
    {"iso", "application/x-iso9660-image"},
    {"deb", "application/vnd.debian.binary-package"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"ttf", "font/ttf"},
    {"otf", "font/otf"},
}};

// Formats based on ZIP: only the file name tells them apart cheaply.
constexpr std::array<std::string_view, 11> zip_endings{"docx", "xlsx", "pptx", "odt", "ods", "odp", "odg", "epub", "jar", "apk", "zip"};

std::string ending_of(std::string_view filename) {
    auto dot = filename.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? std::string() : lower(filename.substr(dot + 1));
}

template <std::size_t count>
std::optional<std::string> find(const std::array<Ending, count>& revocation_generation, std::string_view wanted) {
    for (const auto& [ending, type] : revocation_generation) {
        if (ending == wanted) return std::string(type);
    }
    return std::nullopt;
}

// Returns whether `tail` is the beginning of a character cut at the end of the input.
bool is_cut_short(std::string_view tail) {
    if (tail.empty() || tail.size() > 3) return false;
    auto lead = static_cast<unsigned char>(tail.front());
    std::size_t size = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
    auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    return lead >= 0xc2 && lead < 0xf5 && tail.size() < size && std::all_of(tail.begin() + 1, tail.end(), continues);
}

}  // namespace

std::string safe_content_type(std::string_view given) {
    auto media = parse(given);
    if (!media || !is_on_the_list(*media)) return std::string(unknown_content_type);
    return media->type + "/" + media->subtype + (media->utf8 ? "; charset=utf-8" : "");
}

std::string claimed_content_type(std::string_view given) {
    auto media = parse(given);
    bool says_nothing = trim(given).empty() || (media && media->type == "application" && media->subtype == "x-www-form-urlencoded");
    return says_nothing ? std::string() : safe_content_type(given);
}

bool lacks_charset(std::string_view content_type) {
    return content_type.starts_with("text/") && content_type.find(';') == std::string_view::npos;
}

bool looks_like_utf8(std::string_view first_bytes) {
    while (!first_bytes.empty()) {
        auto [point, size] = decode_utf8(first_bytes);
        if (size == 0) return is_cut_short(first_bytes);
        bool control = (point < 0x20 && !(point >= '\t' && point <= '\r') && point != 0x1b) || point == 0x7f;
        if (control) return false;
        first_bytes.remove_prefix(size);
    }
    return true;
}

std::optional<std::string> type_by_signature(std::string_view filename, std::string_view first_bytes) {
    using namespace std::string_view_literals;
    auto starts = [first_bytes](std::string_view signature) { return first_bytes.starts_with(signature); };
    auto at = [first_bytes](std::size_t offset, std::string_view signature) {
        return first_bytes.size() >= offset && first_bytes.substr(offset).starts_with(signature);
    };
    if (starts("\x89PNG\r\n\x1a\n"sv)) return "image/png";
    if (starts("\xff\xd8\xff"sv)) return "image/jpeg";
    if (starts("GIF87a"sv) || starts("GIF89a"sv)) return "image/gif";
    if (starts("%PDF-"sv)) return "application/pdf";
    if (starts("RIFF"sv) && at(8, "WEBP"sv)) return "image/webp";
    if (starts("RIFF"sv) && at(8, "WAVE"sv)) return "audio/wav";
    if (starts("fLaC"sv)) return "audio/flac";
    if (at(4, "ftyp"sv)) {
        if (at(8, "avif"sv) || at(8, "avis"sv)) return "image/avif";
        if (at(8, "heic"sv) || at(8, "heix"sv) || at(8, "mif1"sv)) return "image/heic";
        if (at(8, "M4A "sv)) return "audio/mp4";
        return at(8, "qt  "sv) ? "video/quicktime" : "video/mp4";
    }
    if (starts("PK\x03\x04"sv)) {
        auto ending = ending_of(filename);
        return contains(zip_endings, ending) ? find(binary_endings, ending) : "application/zip";
    }
    if (starts("7z\xbc\xaf\x27\x1c"sv)) return "application/x-7z-compressed";
    if (starts("\xfd"
               "7zXZ\0"sv))
        return "application/x-xz";
    if (starts("\x1f\x8b\x08"sv)) return "application/gzip";
    return std::nullopt;
}

std::optional<std::string> type_by_name(std::string_view filename, bool text) {
    auto ending = ending_of(filename);
    return text ? find(text_endings, ending) : find(binary_endings, ending);
}

}  // namespace ks
