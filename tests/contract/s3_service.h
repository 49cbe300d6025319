#pragma once

#include "adapters/s3/s3_blobs.h"
#include "tests/contract/temp_dir.h"

#include <cstdio>
#include <memory>
#include <string>

namespace ks::contract {

// The S3 service of tests/support/s3_server.py, started at its first use and ended with this process.
class S3Service {
public:
    static const S3Service& get();

    const std::string& missing() const { return missing_; }  // the reason to skip a test; empty if the service runs
    const std::string& endpoint() const { return endpoint_; }

    // A new place in its bucket, for a test of its own.
    s3::Location new_location() const;
    static s3::Credentials credentials() { return {"test:tester", "testing"}; }

private:
    S3Service();
    ~S3Service();

    TempDir folder_;
    std::FILE* input_ = nullptr;  // the process ends with it
    int process_ = 0;
    std::string endpoint_;
    std::string missing_;
};

}  // namespace ks::contract
