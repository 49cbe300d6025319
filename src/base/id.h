#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ks {

// 16 bytes in network order, written as a UUID (RFC 9562).
using Uuid = std::array<std::uint8_t, 16>;

Uuid make_uuid_v7();  // time-ordered (RFC 9562 §5.7): greater than every earlier one of this process; otherwise random
std::string to_string(const Uuid& uuid);
std::optional<Uuid> parse_uuid(std::string_view text);  // case-insensitive; only the 36-character form

// A typed id: a UserId can't be passed as a FileId.
template <class Tag>
struct Id {
    Uuid bytes{};

    static Id make() { return {make_uuid_v7()}; }
    static std::optional<Id> parse(std::string_view text) {
        auto uuid = parse_uuid(text);
        return uuid ? std::optional(Id{*uuid}) : std::nullopt;
    }
    static Id from(std::string_view raw) {
        Id id;
        std::memcpy(id.bytes.data(), raw.data(), std::min(raw.size(), id.bytes.size()));
        return id;
    }

    std::string_view raw() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
    std::string text() const { return to_string(bytes); }
    auto operator<=>(const Id&) const = default;
};

using UserId = Id<struct UserTag>;
using FileId = Id<struct FileTag>;
using ShareId = Id<struct ShareTag>;
using DownloadId = Id<struct DownloadTag>;
using DownloadRequestId = Id<struct DownloadRequestTag>;
using SessionId = Id<struct SessionTag>;
using InvitationId = Id<struct InvitationTag>;
using NodeId = Id<struct NodeTag>;

}  // namespace ks

template <class Tag>
struct std::hash<ks::Id<Tag>> {
    std::size_t operator()(const ks::Id<Tag>& id) const noexcept {
        std::uint64_t low;  // the random half
        std::memcpy(&low, id.bytes.data() + 8, sizeof low);
        return low;
    }
};
