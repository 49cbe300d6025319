#include "adapters/sql/sql_tx.h"

#include <iterator>

namespace ks {

Error error_of(const StoreFailure& failure) {
    if (failure.code == ErrorCode::InternalError) return fault(failure.what()).value();
    if (failure.code == ErrorCode::Unavailable) return disk_failure(failure.what()).value();
    Error error = fail(failure.code).value();
    error.detail = failure.what();
    return error;
}

Result<void> run_in_tx(SqlConnection& db, JournalLimits limits, const std::function<Result<void>(Tx&)>& work,
                       std::vector<AnnouncementPtr>& announced) {
    try {
        SqlTx tx(db, limits);
        KS_CHECK(work(tx));
        auto announcements = tx.take_announcements();
        announced.insert(announced.end(), std::make_move_iterator(announcements.begin()), std::make_move_iterator(announcements.end()));
        return {};
    } catch (const StoreFailure& failure) {
        return tl::unexpected(error_of(failure));
    } catch (const std::exception& exception) {
        return fault(std::string("a transaction threw: ") + exception.what());
    } catch (...) {
        return fault("a transaction threw something unknown");
    }
}

}  // namespace ks
