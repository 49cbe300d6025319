// Load generator for uploads and downloads over loopback: one thread and one keep-alive socket per connection; checks every response. Cheap
// by design: bodies come from one small buffer that stays in the CPU cache, and received data is discarded in the kernel.
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

struct Options {
    std::string work;             // download, put, post, multipart, tus
    std::string target, headers;  // {} in the target is replaced by the request number
    int port = 0;
    std::uint64_t size = 0, count = 1, connections = 1, chunk = 8 << 20;
};

const std::string noise = [] {
    std::string made(256 << 10, '\0');
    std::mt19937_64 random(1);
    std::generate(made.begin(), made.end(), [&] { return static_cast<char>(random()); });
    return made;
}();

[[noreturn]] void fail(std::string_view what, std::string_view answer = {}) {
    std::fprintf(stderr, "%.*s\n%.*s\n", int(what.size()), what.data(), int(answer.size()), answer.data());
    std::_Exit(1);
}

struct Answer {
    std::string head, body;  // the body of a download is discarded
    std::uint64_t length = 0;

    std::string_view field(std::string_view name) const {
        for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
            const char* line = head.data() + at + 2;
            if (strncasecmp(line, name.data(), name.size()) != 0 || line[name.size()] != ':') continue;
            std::string_view value(line + name.size() + 1, head.find("\r\n", at + 2) - (at + 3 + name.size()));
            value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
            return value;
        }
        return {};
    }

    std::uint64_t number(std::string_view name) const { return std::strtoull(std::string(field(name)).c_str(), nullptr, 10); }

    void expect(std::string_view status) const {
        if (head.substr(9, 3) != status) fail("the answer is not " + std::string(status), head + body);
    }
};

class Connection {
public:
    explicit Connection(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
        const sockaddr_in address{AF_INET, htons(static_cast<std::uint16_t>(port)), {htonl(INADDR_LOOPBACK)}, {}};
        const timeval patience{60, 0};
        const int on = 1;
        setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("cannot connect");
    }

    Connection(Connection&& other) noexcept : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}

    ~Connection() {
        if (fd_ >= 0) close(fd_);
    }

    // Sends the head and the start of the body in one segment, so that a small request is one packet.
    void send(std::string head, std::uint64_t body = 0, std::string_view tail = {}) {
        const auto first = std::min<std::uint64_t>(body, 4096);
        head.append(noise, 0, first);
        write(head);
        for (body -= first; body > 0;) {
            const auto piece = std::min<std::uint64_t>(body, noise.size());
            write({noise.data(), piece});
            body -= piece;
        }
        write(tail);
    }

    Answer receive(bool keep_body) {
        std::size_t end;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos) read();
        Answer answer{received_.substr(0, end + 2), {}};
        received_.erase(0, end + 4);
        if (strcasecmp(std::string(answer.field("Transfer-Encoding")).c_str(), "chunked") == 0) {
            while (!received_.ends_with("0\r\n\r\n")) read();
            std::swap(answer.body, received_);
            return answer;
        }
        answer.length = answer.number("Content-Length");
        if (!keep_body) {
            drop(answer.length);
            return answer;
        }
        while (received_.size() < answer.length) read();
        answer.body = received_.substr(0, answer.length);
        received_.erase(0, answer.length);
        return answer;
    }

private:
    void write(std::string_view data) {
        while (!data.empty()) {
            const ssize_t sent = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
            if (sent <= 0) fail("the server stopped receiving");
            data.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void read() {
        char buffer[16384];
        const ssize_t size = recv(fd_, buffer, sizeof buffer, 0);
        if (size <= 0) fail("the server closed the connection", received_);
        received_.append(buffer, static_cast<std::size_t>(size));
    }

    void drop(std::uint64_t length) {
        const auto here = std::min<std::uint64_t>(length, received_.size());
        received_.erase(0, here);
        for (length -= here; length > 0;) {
            const ssize_t size = recv(fd_, nullptr, std::min<std::uint64_t>(length, 4 << 20), MSG_TRUNC);
            if (size <= 0) fail("the download broke off");
            length -= static_cast<std::uint64_t>(size);
        }
    }

    int fd_;
    std::string received_;
};

std::string numbered(std::string text, std::uint64_t number) {
    if (const auto at = text.find("{}"); at != std::string::npos) text.replace(at, 2, std::to_string(number));
    return text;
}

std::string head(std::string_view method, const std::string& target, const Options& options) {
    return std::string(method) + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port) + "\r\n" + options.headers;
}

std::string length(std::uint64_t size) { return "Content-Length: " + std::to_string(size) + "\r\n\r\n"; }

void download(Connection& connection, const std::string& target, const Options& options) {
    connection.send(head("GET", target, options) + "\r\n");
    const Answer answer = connection.receive(false);
    answer.expect("200");
    if (answer.length != options.size) fail("the download has another length", answer.head);
}

void raw(Connection& connection, std::string_view method, const std::string& target, const Options& options) {
    connection.send(head(method, target, options) + length(options.size), options.size);
    connection.receive(true).expect("201");
}

void multipart(Connection& connection, const std::string& target, const Options& options) {
    const std::string part = "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large\"\r\n\r\n";
    const std::string end = "\r\n--limit--\r\n";
    connection.send(head("POST", target, options) + "Content-Type: multipart/form-data; boundary=limit\r\n" +
                        length(part.size() + options.size + end.size()) + part,
                    options.size, end);
    connection.receive(true).expect("201");
}

// An upload that fits in one chunk is sent with the creation request.
void tus(Connection& connection, const std::string& target, const Options& options) {
    const std::string version = "Tus-Resumable: 1.0.0\r\n", type = "Content-Type: application/offset+octet-stream\r\n";
    const bool at_once = options.size <= options.chunk;
    const std::uint64_t first = at_once ? options.size : 0;
    connection.send(head("POST", target, options) + version + "Upload-Length: " + std::to_string(options.size) + "\r\n" +
                        (at_once ? type : "") + length(first),
                    first);
    const Answer created = connection.receive(true);
    created.expect("201");
    std::string upload(created.field("Location"));
    if (const auto scheme = upload.find("://"); scheme != std::string::npos) upload.erase(0, upload.find('/', scheme + 3));
    if (at_once && created.number("Upload-Offset") != options.size) fail("the creation did not take the body", created.head);
    for (std::uint64_t offset = first; offset < options.size;) {
        const auto piece = std::min(options.chunk, options.size - offset);
        std::string patch = head("PATCH", upload, options);
        patch.append(version).append(type).append("Upload-Offset: ").append(std::to_string(offset)).append("\r\n").append(length(piece));
        connection.send(std::move(patch), piece);
        const Answer patched = connection.receive(true);
        patched.expect("204");
        offset += piece;
        if (patched.number("Upload-Offset") != offset) fail("the offset is another", patched.head);
    }
}

void request(Connection& connection, std::uint64_t number, const Options& options) {
    const std::string target = numbered(options.target, number);
    if (options.work == "download") download(connection, target, options);
    if (options.work == "put") raw(connection, "PUT", target, options);
    if (options.work == "post") raw(connection, "POST", target, options);
    if (options.work == "multipart") multipart(connection, target, options);
    if (options.work == "tus") tus(connection, target, options);
}

Options parse(int count, char** words) {
    static const option names[] = {{"port", 1, nullptr, 'p'},  {"target", 1, nullptr, 't'}, {"header", 1, nullptr, 'h'},
                                   {"size", 1, nullptr, 's'},  {"count", 1, nullptr, 'n'},  {"connections", 1, nullptr, 'c'},
                                   {"chunk", 1, nullptr, 'k'}, {nullptr, 0, nullptr, 0}};
    Options options;
    for (int name; (name = getopt_long(count, words, "", names, nullptr)) != -1;) {
        const auto number = [] { return std::strtoull(optarg, nullptr, 10); };
        switch (name) {
            case 'p': options.port = std::atoi(optarg); break;
            case 't': options.target = optarg; break;
            case 'h': options.headers += std::string(optarg) + "\r\n"; break;
            case 's': options.size = number(); break;
            case 'n': options.count = number(); break;
            case 'c': options.connections = number(); break;
            case 'k': options.chunk = number(); break;
            default: std::exit(2);
        }
    }
    const std::string_view works[] = {"download", "put", "post", "multipart", "tus"};
    if (optind < count) options.work = words[optind];
    if (std::find(std::begin(works), std::end(works), options.work) == std::end(works)) fail("download, put, post, multipart or tus?");
    return options;
}

}  // namespace

int main(int count, char** words) {
    const Options options = parse(count, words);
    std::vector<Connection> connections;
    connections.reserve(options.connections);
    for (std::uint64_t i = 0; i < options.connections; ++i) connections.emplace_back(options.port);
    std::atomic<std::uint64_t> next = 0;
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads;
        threads.reserve(connections.size());
        for (Connection& connection : connections) {
            threads.emplace_back([&] {
                for (std::uint64_t number; (number = next++) < options.count;) request(connection, number, options);
            });
        }
    }
    std::printf("%.6f\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}
