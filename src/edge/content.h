#pragma once

#include "model/file.h"
#include "engine/files.h"
#include "net/http.h"
#include "ports/blob_store.h"

#include <memory>
#include <optional>

namespace ks {

// How the content of a file answers a request: ranges (RFC 9110 §14: one; several are answered whole), conditions (§13), digests (RFC 9530,
// and RFC 3230 for who asks by it), and headers that keep a hostile file from acting in our name.
struct ContentPlan {
    net::Response response;  // head only; the file part is added by the caller
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool lacks_charset = false;  // text to be shown, of which nobody said in what encoding it is
    bool sends_content() const { return response.status == 200 || response.status == 206; }
    bool from_start() const { return offset == 0; }
};

// Refused is a request for what would act as a part of our pages: a script, a style, a frame (Sec-Fetch-Dest).
ContentPlan plan_content(const net::Request& request, const File& file, bool inline_wanted);

// Says charset=utf-8 where the plan lacks a charset and the file begins as UTF-8 text does.
awaitable<Result<void>> add_charset(ContentPlan& plan, Files& files, const File& file);

// Content-Disposition by RFC 6266 with an RFC 8187 name beside an ASCII one.
std::string content_disposition(std::string_view filename, bool inline_wanted);

// Does a list of entity tags hold ours? Weak comparison (RFC 9110 §8.8.3.2) serves If-None-Match, strong If-Match.
bool lists_tag(std::string_view header, std::string_view tag, bool weak);

std::string file_json(const File& file);

}  // namespace ks
