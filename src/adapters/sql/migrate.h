#pragma once

#include "adapters/sql/connection.h"
#include "base/embedded.h"

namespace ks {

// Brings the schema up to date: runs those of `files` named migrations/NNNN_….sql that the database has not seen, in order, each in a
// transaction of its own. Throws StoreFailure when one fails and when the database has seen one that is newer than all of these.
void migrate(SqlConnection& db, std::span<const EmbeddedFile> files);

}  // namespace ks
