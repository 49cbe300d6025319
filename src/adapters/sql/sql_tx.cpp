#include "adapters/sql/sql_tx.h"

#include <iterator>

namespace ks::sql {

Error error_of(const StoreFailure& failure) {
    if (failure.code == ErrorCode::InternalError) return internal_error(failure.what()).value();
    if (failure.code == ErrorCode::Unavailable) return storage_unavailable(failure.what()).value();
    Error error = fail(failure.code).value();
    error.detail = failure.what();
    return error;
}

namespace {

// For nodes that the messages do not reach.
void record_revocations(Tx& tx, const std::vector<BusMessagePtr>& messages) {
    for (const auto& message : messages) {
        if (const auto* revocation = std::get_if<Revocation>(message.get())) tx.revocations().insert(*revocation, tx.nodes().now());
    }
}

}  // namespace

Result<void> run_in_tx(SqlConnection& db, JournalLimits limits, const std::function<Result<void>(Tx&)>& work,
                       std::vector<BusMessagePtr>& announced) {
    try {
        SqlTx tx(db, limits);
        KS_CHECK(work(tx));
        auto messages = tx.finish();
        if (db.dialect() == Dialect::PostgreSql) record_revocations(tx, messages);
        announced.insert(announced.end(), std::make_move_iterator(messages.begin()), std::make_move_iterator(messages.end()));
        return {};
    } catch (const StoreFailure& failure) {
        return tl::unexpected(error_of(failure));
    } catch (const std::exception& exception) {
        return internal_error(std::string("a transaction threw: ") + exception.what());
    } catch (...) {
        return internal_error("a transaction threw something unknown");
    }
}

}  // namespace ks::sql
