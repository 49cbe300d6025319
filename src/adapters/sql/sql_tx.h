#pragma once

#include "adapters/sql/tables.h"

namespace ks {

// The tables as one transaction sees them. Whoever makes it begins and ends the transaction on `db`.
class SqlTx final : public Tx {
public:
    explicit SqlTx(SqlConnection& db, JournalLimits limits = {})
        : users_(db), sessions_(db), files_(db), uploads_(db), shares_(db), downloads_(db), journal_(db, limits), idempotency_(db) {}

    UserTable& users() override { return users_; }
    SessionTable& sessions() override { return sessions_; }
    FileTable& files() override { return files_; }
    UploadTable& uploads() override { return uploads_; }
    ShareTable& shares() override { return shares_; }
    DownloadTable& downloads() override { return downloads_; }
    JournalTable& journal() override { return journal_; }
    IdempotencyTable& idempotency() override { return idempotency_; }

private:
    SqlUsers users_;
    SqlSessions sessions_;
    SqlFiles files_;
    SqlUploads uploads_;
    SqlShares shares_;
    SqlDownloads downloads_;
    SqlJournal journal_;
    SqlIdempotency idempotency_;
};

// Runs `work` over `db` and adds what it announced to `announced` when it succeeds. Nothing is thrown: a database that fails and any
// other exception of the work become its Error.
Result<void> run_in_tx(SqlConnection& db, JournalLimits limits, const std::function<Result<void>(Tx&)>& work,
                       std::vector<AnnouncementPtr>& announced);

// What a caller gets to see of a failure of the database.
Error error_of(const StoreFailure& failure);

}  // namespace ks
