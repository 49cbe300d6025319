// Tests of the PostgreSQL adapter only: servers that can't be used, lost connections, collisions.
#include "tests/contract/store_test.h"

#include <atomic>
#include <cstring>
#include <latch>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ks::contract {

namespace {

using postgres::PostgresConnection;
using postgres::PostgresStore;

std::string reason_not_to_open(const std::string& url) {
    try {
        PostgresStore store({.url = url});
    } catch (const sql::StoreFailure& failure) {
        return failure.what();
    }
    return "opened";
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Forwards connections to the server; cuts the next one that commits when it is told to.
class Proxy {
public:
    enum class Cut : std::uint8_t { None, BeforeCommit, AfterCommit };

    explicit Proxy(std::string server_url) : folder_of_server_(server_url.substr(server_url.find("host=") + 5)) {
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address = address_in(dir_.path());
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 64) != 0)
            throw std::runtime_error("cannot listen");
        threads_.emplace_back([this] { accept_connections(); });
    }
    ~Proxy() {
        ::shutdown(listener_, SHUT_RDWR);
        threads_.front().join();  // the only one that adds threads
        for (std::size_t i = 1; i < threads_.size(); ++i) threads_[i].join();
        ::close(listener_);
    }

    std::string folder() const { return dir_.path(); }
    void cut_next(Cut cut) { cut_ = cut; }

private:
    static sockaddr_un address_in(const std::string& folder) {
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        std::strncpy(address.sun_path, (folder + "/.s.PGSQL.5432").c_str(), sizeof address.sun_path - 1);
        return address;
    }

    void accept_connections() {
        for (int client; (client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
            threads_.emplace_back([this, client] { serve(client); });
        }
    }

    void serve(int client) {
        int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address = address_in(folder_of_server_);
        bool is_open = ::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        while (is_open) {
            pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
            is_open = ::poll(ends, 2, -1) > 0;
            if (is_open && ends[0].revents) is_open = forward_request(client, server);
            if (is_open && ends[1].revents) is_open = forward(server, client);
        }
        ::close(client);
        ::close(server);
    }

    bool forward_request(int client, int server) {
        char bytes[65536];
        ssize_t size = ::read(client, bytes, sizeof bytes);
        if (size <= 0) return false;
        Cut cut = Cut::None;
        if (mentions(std::string(bytes, static_cast<std::size_t>(size)), "COMMIT")) cut = cut_.exchange(Cut::None);
        if (cut == Cut::BeforeCommit) return false;
        if (::send(server, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL) != size) return false;
        if (cut == Cut::AfterCommit) return ::read(server, bytes, sizeof bytes) < 0;
        return true;
    }

    static bool forward(int from, int to) {
        char bytes[65536];
        ssize_t size = ::read(from, bytes, sizeof bytes);
        return size > 0 && ::send(to, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
    }

    TempDir dir_;
    const std::string folder_of_server_;
    int listener_ = -1;
    std::atomic<Cut> cut_ = Cut::None;
    std::vector<std::thread> threads_;
};

class PostgresTest : public StoreTest {
protected:
    // Runs `sql` in the database of another connection.
    void execute(const std::string& sql) { PostgresConnection(database_url()).execute(sql); }
};

}  // namespace

TEST_P(PostgresTest, AServerThatIsNotThereIsToldWithoutThePassword) {
    std::string reason = reason_not_to_open("postgresql://me:secret@127.0.0.1:1/kingshare");
    EXPECT_TRUE(mentions(reason, "127.0.0.1") && mentions(reason, "refused")) << reason;
    EXPECT_FALSE(mentions(reason, "secret")) << reason;
    reason = reason_not_to_open("postgresql://me:secret@[::1/kingshare");
    EXPECT_TRUE(mentions(reason, "postgresql://USER@HOST/DATABASE")) << reason;
    EXPECT_FALSE(mentions(reason, "secret")) << reason;
}

TEST_P(PostgresTest, RefusesADatabaseOfAnotherEncoding) {
    std::string name = "latin" + std::to_string(::getpid());
    execute("CREATE DATABASE " + name + " ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0");
    std::string reason = reason_not_to_open(PostgresServer::instance().url(name));
    EXPECT_TRUE(mentions(reason, "LATIN1") && mentions(reason, "UTF8")) << reason;
    execute("DROP DATABASE " + name + " WITH (FORCE)");
}

TEST_P(PostgresTest, RefusesADatabaseOfANewerBinary) {
    execute("INSERT INTO schema_migrations (version, name) VALUES (9999, '9999_future.sql')");
    std::string reason = reason_not_to_open(database_url());
    EXPECT_TRUE(mentions(reason, "9999") && mentions(reason, "newer")) << reason;
}

TEST_P(PostgresTest, SeveralProcessesMigrateAnEmptyDatabaseAtOnce) {
    PostgresDatabase empty;
    std::atomic<int> opened = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { opened += reason_not_to_open(empty.url()) == "opened"; });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(opened, 4);
}

TEST_P(PostgresTest, TextIsSortedByItsBytesInEveryDatabase) {
    User anna = add_user("anna");
    for (const char* name : {"b", "_", "Ä", "a", "10", "9"}) add_file(anna, name);
    auto files = read([&](Tx& tx) { return tx.files().list(anna.id, "", FileSort::Filename, false, {}); });
    std::vector<std::string> names;
    for (const File& file : files) names.push_back(file.filename);
    EXPECT_EQ(names, (std::vector<std::string>{"10", "9", "_", "a", "b", "Ä"}));
}

TEST_P(PostgresTest, TextThatCannotBeStoredIsNoFault) {
    for (const std::string& name : {std::string("a\0b", 3), std::string("\xff")}) {
        auto outcome = try_write(
            [&](Tx& tx) -> Result<bool> { return tx.users().insert({.id = UserId::make(), .username = name, .created_at = noon}); });
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, ErrorCode::InvalidRequest);
    }
}

TEST_P(PostgresTest, LostConnectionsAreReplaced) {
    User anna = add_user("anna");
    for (int i = 0; i < 3; ++i) {
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        EXPECT_TRUE(write([&](Tx& tx) { return tx.users().reserve(anna.id, 1, 0); }));
        EXPECT_TRUE(read([&](Tx& tx) { return tx.users().find(anna.id).has_value(); }));
    }
}

TEST_P(PostgresTest, TransactionsThatCollideAreRunAgain) {
    User anna = add_user("anna"), bert = add_user("bert");
    std::latch both(2);
    std::atomic<int> runs = 0;
    auto reserve = [&](const User& first, const User& second) {
        return [&, first, second] {
            auto work = [&](Tx& tx) -> Result<bool> {
                tx.users().reserve(first.id, 1, 0);
                if (++runs <= 2) both.arrive_and_wait();
                return tx.users().reserve(second.id, 1, 0);
            };
            EXPECT_TRUE(try_write(work));
        };
    };
    std::thread one(reserve(anna, bert)), two(reserve(bert, anna));
    one.join();
    two.join();
    EXPECT_GT(runs, 2);
    EXPECT_EQ(read([&](Tx& tx) { return tx.users().find(anna.id)->reserved_bytes; }), 2U);
}

TEST_P(PostgresTest, TheOutcomeOfACommitIsFoundOutIfItsAnswerIsLost) {
    constexpr int count = 10;
    User anna = add_user("anna");
    Proxy proxy(database_url());
    std::string url = database_url();
    PostgresStore store({.url = url.substr(0, url.find("host=") + 5) + proxy.folder()});
    std::atomic<int> heard = 0;
    store.on_commit([&](BusMessages messages) { heard += static_cast<int>(messages.size()); });
    for (int i = 1; i <= 2 * count; ++i) {
        proxy.cut_next(i % 2 ? Proxy::Cut::BeforeCommit : Proxy::Cut::AfterCommit);
        auto work = [&](Tx& tx) -> Result<bool> {
            tx.append_and_publish({.type = "X", .message = "{}", .at = noon, .recipients = {.users = {anna.id}}});
            return true;
        };
        EXPECT_TRUE(run(ks::write(store, work)));
        EXPECT_EQ(read([&](Tx& tx) { return tx.journal().head(anna.id); }), i);
        EXPECT_EQ(heard, i);
    }
    store.stop();
}

TEST_P(PostgresTest, WritesAreRefusedWhileTheServerIsAway) {
    std::string url = database_url();
    auto away = std::make_unique<Proxy>(database_url());
    PostgresStore store({.url = url.substr(0, url.find("host=") + 5) + away->folder(), .writers = 1, .readers = 1});
    auto nothing = [](Tx&) -> Result<bool> { return true; };
    EXPECT_TRUE(run(ks::write(store, nothing)));
    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    away.reset();
    for (auto outcome : {run(ks::write(store, nothing)), run(ks::read(store, nothing)), run(ks::read_in_order(store, nothing))}) {
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code, ErrorCode::Unavailable);
        EXPECT_TRUE(outcome.error().retry_after);
    }
}

INSTANTIATE_TEST_SUITE_P(Stores, PostgresTest, testing::Values(StoreKind::Postgres), name_of_kind);

}  // namespace ks::contract
