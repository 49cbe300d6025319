#pragma once

#include "model/file.h"
#include "engine/files.h"
#include "net/http.h"
#include "ports/blob_store.h"

#include <memory>
#include <optional>

namespace ks::edge {

// Response plan for file content: ranges (RFC 9110 §14; a single range, several are answered with the whole file), preconditions (§13),
// digests (RFC 9530, and RFC 3230 on request), and headers that isolate hostile content from our origin.
struct ContentPlan {
    net::Response response;  // head only; send_content() adds the body
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool lacks_charset = false;  // inline text without a declared charset
    bool sends_content() const { return response.status == 200 || response.status == 206; }
    bool from_start() const { return offset == 0; }
};

// Plans the response for `file`. Refuses with 403 if Sec-Fetch-Dest names a use as part of a page: script, style, worker or frame.
ContentPlan plan_content(const net::Request& request, const File& file, bool inline_wanted);

// Adds charset=utf-8 if the plan lacks a charset and the start of the file is valid UTF-8. Reads the blob.
awaitable<Result<void>> add_charset(ContentPlan& plan, engine::Files& files, const File& file);

// Content-Disposition (RFC 6266): an ASCII filename, plus an RFC 8187 filename* if they differ.
std::string content_disposition(std::string_view filename, bool inline_wanted);

// Returns whether a list of entity tags contains `tag`. `weak` selects the comparison (RFC 9110 §8.8.3.2): weak for If-None-Match, strong
// for If-Match.
bool lists_tag(std::string_view header, std::string_view tag, bool weak);

std::string file_json(const File& file);

}  // namespace ks::edge
