#include "tests/contract/s3_service.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace ks::contract {

namespace {

constexpr int not_installed = 77;

std::string read_line(int file) {
    std::string line;
    for (char c = 0; ::read(file, &c, 1) == 1 && c != '\n';) line += c;
    return line;
}

}  // namespace

const S3Service& S3Service::get() {
    static S3Service service;
    return service;
}

S3Service::S3Service() {
    int to[2];
    int from[2];
    if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) throw std::runtime_error("no pipe for the S3 service");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    std::string folder = folder_.path("s3");
    const char* arguments[] = {"/usr/bin/python3", "-P", "-W", "ignore", KS_S3_SERVER, folder.c_str(), "bucket", nullptr};
    int failure = ::posix_spawn(&process_, arguments[0], &actions, nullptr, const_cast<char**>(arguments), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(to[0]);
    ::close(from[1]);
    input_ = ::fdopen(to[1], "w");
    endpoint_ = failure ? "" : read_line(from[0]);
    ::close(from[0]);
    if (!endpoint_.empty()) return;
    int status = 0;
    bool ended = !failure && ::waitpid(process_, &status, 0) == process_;
    process_ = 0;
    bool absent = ended && WIFEXITED(status) && WEXITSTATUS(status) == not_installed;
    if (!absent) throw std::runtime_error("the S3 service for the tests did not start");
    missing_ = "needs an S3 service: install the packages that ./dev test names";
}

S3Service::~S3Service() {
    std::fclose(input_);
    if (process_ > 0) ::waitpid(process_, nullptr, 0);
}

s3::Location S3Service::new_location() const {
    std::string prefix = FileId::make().text();
    return *s3::parse_location("s3://bucket/" + prefix + "?endpoint=" + endpoint_);
}

}  // namespace ks::contract
