#include "tests/contract/postgres_server.h"

#include <atomic>
#include <fcntl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace ks::contract {

namespace {

std::string next_name() {
    static std::atomic<int> number = 0;
    return "contract" + std::to_string(++number);
}

void execute(const std::string& sql) { postgres::PostgresConnection(PostgresServer::instance().url("postgres")).execute(sql); }

}  // namespace

PostgresServer& PostgresServer::instance() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer() {
    int input[2], output[2];
    if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(input[0], STDIN_FILENO);
        ::dup2(output[1], STDOUT_FILENO);
        ::execl("/usr/bin/python3", "python3", KS_SOURCE_DIR "/tests/support/postgres.py", nullptr);
        ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    for (char c; ::read(output[0], &c, 1) == 1 && c != '\n';) url_ += c;
    ::close(output[0]);
    if (url_.empty()) throw std::runtime_error("PostgreSQL did not start; standard error has the reason");
}

PostgresServer::~PostgresServer() {
    ::close(input_);
    ::waitpid(process_, nullptr, 0);
}

std::string PostgresServer::url(const std::string& database) const {
    std::string url = url_;
    return url.insert(url.find('?'), database);
}

PostgresDatabase::PostgresDatabase() : name_(next_name()) { execute("CREATE DATABASE " + name_); }
PostgresDatabase::~PostgresDatabase() { execute("DROP DATABASE " + name_ + " WITH (FORCE)"); }

}  // namespace ks::contract
