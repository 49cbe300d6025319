#pragma once

#include "adapters/sql/tables.h"

namespace ks::sql {

// Tx over a SQL connection. The creator must begin and end the transaction on `db`.
class SqlTx final : public Tx {
public:
    explicit SqlTx(SqlConnection& db, JournalLimits limits = {})
        : users_(db),
          sessions_(db),
          files_(db),
          uploads_(db),
          shares_(db),
          downloads_(db),
          nodes_(db),
          connections_(db),
          revocations_(db),
          rate_limits_(db),
          journal_(db, limits),
          idempotency_(db) {}

    UserTable& users() override { return users_; }
    SessionTable& sessions() override { return sessions_; }
    FileTable& files() override { return files_; }
    UploadTable& uploads() override { return uploads_; }
    ShareTable& shares() override { return shares_; }
    DownloadTable& downloads() override { return downloads_; }
    NodeTable& nodes() override { return nodes_; }
    ConnectionTable& connections() override { return connections_; }
    RevocationTable& revocations() override { return revocations_; }
    RateLimitTable& rate_limits() override { return rate_limits_; }
    JournalTable& journal() override { return journal_; }
    IdempotencyTable& idempotency() override { return idempotency_; }

private:
    SqlUsers users_;
    SqlSessions sessions_;
    SqlFiles files_;
    SqlUploads uploads_;
    SqlShares shares_;
    SqlDownloads downloads_;
    SqlNodes nodes_;
    SqlConnections connections_;
    SqlRevocations revocations_;
    SqlRateLimits rate_limits_;
    SqlJournal journal_;
    SqlIdempotency idempotency_;
};

// Runs `work` on `db` and appends its messages to `announced` on success. Never throws: a StoreFailure or any other exception of the
// work becomes its Error.
Result<void> run_in_tx(SqlConnection& db, JournalLimits limits, const std::function<Result<void>(Tx&)>& work,
                       std::vector<BusMessagePtr>& announced);

// Returns the Error for a failure of the database, with a message fit for clients.
Error error_of(const StoreFailure& failure);

}  // namespace ks::sql
