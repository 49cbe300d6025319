#pragma once

#include "adapters/postgres/postgres_connection.h"

#include <string>

namespace ks::contract {

// The PostgreSQL server of this process, started with the first test that needs it. Throws std::runtime_error if it can't be started.
class PostgresServer {
public:
    static PostgresServer& instance();

    std::string url(const std::string& database) const;

private:
    PostgresServer();
    ~PostgresServer();

    int input_ = -1;   // the server runs until it is closed
    std::string url_;  // without a database
    int process_ = 0;
};

// An empty database, dropped on destruction.
class PostgresDatabase {
public:
    PostgresDatabase();
    ~PostgresDatabase();
    PostgresDatabase(const PostgresDatabase&) = delete;
    PostgresDatabase& operator=(const PostgresDatabase&) = delete;

    std::string url() const { return PostgresServer::instance().url(name_); }

private:
    const std::string name_;
};

}  // namespace ks::contract
