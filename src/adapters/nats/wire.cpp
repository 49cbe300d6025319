#include "adapters/nats/wire.h"

namespace ks::nats {

namespace {

constexpr std::uint8_t version = 2;

enum class Kind : std::uint8_t { EventDelivery, Revocation, RowChange, NodeMessage };

class Writer {
public:
    void byte(std::uint8_t value) { text_.push_back(static_cast<char>(value)); }
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
        byte(static_cast<std::uint8_t>(value));
    }
    void string(std::string_view text) {
        number(text.size());
        text_ += text;
    }
    template <class Tag>
    void id(const Id<Tag>& id) {
        text_ += id.raw();
    }
    template <class Value, class Write>
    void optional(const std::optional<Value>& value, Write write) {
        byte(value.has_value());
        if (value) write(*value);
    }
    template <class Tag>
    void optional_id(const std::optional<Id<Tag>>& value) {
        optional(value, [this](const Id<Tag>& id_value) { id(id_value); });
    }
    template <class Tag>
    void ids(const std::vector<Id<Tag>>& list) {
        number(list.size());
        for (const auto& each : list) id(each);
    }

    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

// Reads of a malformed payload return empty values and make failed() true.
class Reader {
public:
    explicit Reader(std::string_view rest) : rest_(rest) {}

    bool failed() const { return failed_; }
    bool at_end() const { return rest_.empty(); }

    std::uint8_t byte() { return static_cast<std::uint8_t>(piece(1).front()); }
    bool flag() {
        std::uint8_t value = byte();
        if (value > 1) fail();
        return value == 1;
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            std::uint8_t next = byte();
            if (shift == 63 && next > 1) break;
            value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
        fail();
        return 0;
    }
    std::int64_t integer() { return static_cast<std::int64_t>(number()); }
    std::string string() {
        std::uint64_t size = count(1);
        return size > 0 ? std::string(piece(size)) : std::string();
    }
    template <class Tag>
    void id(Id<Tag>& target) {
        target = Id<Tag>::from(piece(target.bytes.size()));
    }
    template <class Tag>
    void optional_id(std::optional<Id<Tag>>& target) {
        if (flag()) id(target.emplace());
    }
    template <class Tag>
    void ids(std::vector<Id<Tag>>& list) {
        list.resize(count(sizeof(Uuid)));
        for (auto& each : list) id(each);
    }
    // Reads the length of a list with elements of at least `element` bytes: no more than the rest has room for.
    std::uint64_t count(std::size_t element) {
        std::uint64_t value = number();
        if (value <= rest_.size() / element) return value;
        fail();
        return 0;
    }

private:
    void fail() {
        failed_ = true;
        rest_ = {};
    }
    std::string_view piece(std::size_t size) {
        static constexpr std::string_view zeros("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof(Uuid));
        if (size > rest_.size()) {
            fail();
            return zeros;
        }
        std::string_view front = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return front;
    }

    std::string_view rest_;
    bool failed_ = false;
};

void write(Writer& out, const Recipients& recipients) {
    out.ids(recipients.users);
    out.ids(recipients.shares);
    out.optional_id(recipients.others);
    out.byte(recipients.everyone);
}

void read(Reader& in, Recipients& recipients) {
    in.ids(recipients.users);
    in.ids(recipients.shares);
    in.optional_id(recipients.others);
    recipients.everyone = in.flag();
}

void write(Writer& out, const EventDelivery& delivery, Texts texts) {
    bool is_bell = texts == Texts::Omitted && !delivery.positions.empty();
    out.string(delivery.type);
    out.optional_id(delivery.subject);
    out.string(is_bell ? std::string_view() : delivery.message);
    out.optional(is_bell ? std::nullopt : delivery.message_without_since, [&out](const std::string& text) { out.string(text); });
    out.number(static_cast<std::uint64_t>(to_millis(delivery.at)));
    write(out, delivery.recipients);
    out.ids(delivery.caused_by);
    out.number(delivery.positions.size());
    for (const auto& [user, position] : delivery.positions) {
        out.id(user);
        out.number(static_cast<std::uint64_t>(position));
    }
    out.number(delivery.fingerprint);
    out.string(delivery.coalescing_key);
    out.number(delivery.version);
}

EventDelivery read_delivery(Reader& in) {
    EventDelivery delivery;
    delivery.type = in.string();
    in.optional_id(delivery.subject);
    delivery.message = in.string();
    if (in.flag()) delivery.message_without_since = in.string();
    delivery.at = from_millis(in.integer());
    read(in, delivery.recipients);
    in.ids(delivery.caused_by);
    delivery.positions.resize(in.count(sizeof(Uuid) + 1));
    for (auto& [user, position] : delivery.positions) {
        in.id(user);
        position = in.integer();
    }
    delivery.fingerprint = static_cast<std::uint32_t>(in.number());
    delivery.coalescing_key = in.string();
    delivery.version = in.number();
    return delivery;
}

// position_of() requires positions from 1 on, sorted by user.
bool is_valid(const EventDelivery& delivery) {
    auto is_out_of_order = [](const auto& a, const auto& b) { return a.first >= b.first; };
    auto is_no_position = [](const auto& entry) { return entry.second < 1; };
    return std::adjacent_find(delivery.positions.begin(), delivery.positions.end(), is_out_of_order) == delivery.positions.end() &&
           std::none_of(delivery.positions.begin(), delivery.positions.end(), is_no_position) &&
           (!delivery.message.empty() || delivery.is_bell());
}

void write(Writer& out, const Revocation& revocation) {
    out.id(revocation.user_id);
    out.optional_id(revocation.only);
    out.optional_id(revocation.except);
}

Revocation read_revocation(Reader& in) {
    Revocation revocation;
    in.id(revocation.user_id);
    in.optional_id(revocation.only);
    in.optional_id(revocation.except);
    return revocation;
}

void write(Writer& out, const NodeMessage& message) {
    out.id(message.to);
    out.id(message.from);
    out.number(message.call);
    out.string(message.subject);
    out.string(message.body);
}

NodeMessage read_node_message(Reader& in) {
    NodeMessage message;
    in.id(message.to);
    in.id(message.from);
    message.call = in.number();
    message.subject = in.string();
    message.body = in.string();
    return message;
}

std::optional<BusMessage> read_message(Reader& in) {
    switch (Kind{in.byte()}) {
        case Kind::EventDelivery: {
            EventDelivery delivery = read_delivery(in);
            if (in.failed() || !is_valid(delivery)) return std::nullopt;
            return delivery;
        }
        case Kind::Revocation: return read_revocation(in);
        case Kind::RowChange: return RowChange{};
        case Kind::NodeMessage: return read_node_message(in);
    }
    return std::nullopt;
}

}  // namespace

std::string encode(const NodeId& sender, std::uint64_t first, BusMessages messages, Texts texts) {
    Writer out;
    out.byte(version);
    out.id(sender);
    out.number(first);
    out.number(messages.size());
    for (const auto& message : messages) {
        out.byte(static_cast<std::uint8_t>(message->index()));
        if (const auto* delivery = std::get_if<EventDelivery>(message.get())) write(out, *delivery, texts);
        if (const auto* revocation = std::get_if<Revocation>(message.get())) write(out, *revocation);
        if (const auto* to_node = std::get_if<NodeMessage>(message.get())) write(out, *to_node);
    }
    return out.take();
}

std::optional<Batch> decode(std::string_view payload) {
    Reader in(payload);
    if (in.byte() != version) return std::nullopt;
    Batch batch;
    in.id(batch.sender);
    batch.first = in.number();
    for (std::uint64_t left = in.count(1); left > 0; --left) {
        auto message = read_message(in);
        if (!message || in.failed()) return std::nullopt;
        batch.messages.push_back(std::make_shared<const BusMessage>(std::move(*message)));
    }
    if (in.failed() || !in.at_end()) return std::nullopt;
    return batch;
}

static_assert(std::is_same_v<std::variant_alternative_t<std::size_t(Kind::EventDelivery), BusMessage>, EventDelivery> &&
                  std::is_same_v<std::variant_alternative_t<std::size_t(Kind::Revocation), BusMessage>, Revocation> &&
                  std::is_same_v<std::variant_alternative_t<std::size_t(Kind::RowChange), BusMessage>, RowChange> &&
                  std::is_same_v<std::variant_alternative_t<std::size_t(Kind::NodeMessage), BusMessage>, NodeMessage>,
              "Kind numbers the alternatives of BusMessage");

}  // namespace ks::nats
