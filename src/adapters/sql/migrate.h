#pragma once

#include "adapters/sql/connection.h"
#include "base/embedded.h"

namespace ks::sql {

// Migrates the schema: executes the pending files named migrations/NNNN_….sql in order, one transaction each. Throws StoreFailure if one
// fails, or if the database has a newer schema version than the last file.
void migrate(SqlConnection& db, std::span<const EmbeddedFile> files);

}  // namespace ks::sql
