# ./dev test

wrapper=()  # runs the tests' processes
slowness=1  # factor for the timeouts of behaviour tests

use_preset() {  # PRESET
    # ThreadSanitizer needs a fixed address layout, so disable ASLR.
    [ "$1" != tsan ] || wrapper=(setarch "$(uname -m)" --addr-no-randomize)
    case $1 in asan | coverage) slowness=3 ;; tsan) slowness=5 ;; esac
    export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
    export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=0:exitcode=66}
}

s3_packages=(swift-proxy swift-account swift-container swift-object python3-swift memcached)

# Debian's package would start a server of its own.
need_postgresql() {
    ! compgen -G '/usr/lib/postgresql/*/bin/postgres' > /dev/null || return 0
    need postgresql-common
    as_root sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    need postgresql
}

run_unit_tests() {  # PRESET
    need_postgresql
    need nats-server "${s3_packages[@]}"
    say "unit and contract tests ($1)"
    "${wrapper[@]}" ctest --test-dir "build/$1" --output-on-failure -j 2
}

run_behaviour_tests() {  # PRESET [PYTEST OPTIONS]
    local preset=$1 processes=(-n 2 --dist loadfile) argument
    shift
    need_postgresql
    need python3-pytest python3-pytest-xdist python3-yaml python3-jsonschema curl aria2 axel wget wget2 strace e2fsprogs nginx caddy apache2 haproxy nats-server zsh fish
    # Two processes take half the time. Output and debuggers need a single one.
    for argument in "$@"; do
        case $argument in -n* | -s | --pdb) processes=() ;; esac
    done
    names_tests "$@" || set -- tests/behaviour "$@"
    say "behaviour tests ($preset)"
    KINGSHARE_BINARY=$PWD/build/$preset/kingshare KINGSHARE_TEST_SLOWNESS=${KINGSHARE_TEST_SLOWNESS:-$slowness} \
        "${wrapper[@]}" /usr/bin/python3 -m pytest -p no:cacheprovider "${processes[@]}" "$@"
}

# Runs them with the contents in an S3 service of the tests.
run_behaviour_tests_on_s3() {  # PRESET [PYTEST OPTIONS]
    local folder url service input
    need "${s3_packages[@]}"
    folder=$(mktemp -d)
    coproc SERVICE { exec /usr/bin/python3 -P -W ignore tests/support/s3_server.py "$folder/s3" bucket; }
    service=$SERVICE_PID input=${SERVICE[1]}
    read -r url <&"${SERVICE[0]}"
    KINGSHARE_TEST_BLOBS="s3://bucket?endpoint=$url" run_behaviour_tests "$@"
    exec {input}>&-  # ends it
    wait "$service"
    rm -r "$folder"
}

# Run once more with the contents in memory, which are sent without sendfile, and in S3.
transfer_tests=(concurrent_downloads conditional_requests content_types digests download_counting ranges share_download_limits shares
    tus_concatenation tus_creation tus_resume upload_round_trip zip_archives)
transfer_tests=("${transfer_tests[@]/#/tests/behaviour/test_}")
transfer_tests=("${transfer_tests[@]/%/.py}")

# Run once more with the metadata in PostgreSQL.
database_tests=(account_administration authentication crash_recovery download_counting event_replay file_list idempotency_keys internal_errors presence
    quotas share_accessed_events share_download_limits share_expired_events shares tus_concatenation tus_resume unfinished_upload_quota
    upload_events upload_locks)
database_tests=("${database_tests[@]/#/tests/behaviour/test_}")
database_tests=("${database_tests[@]/%/.py}")

names_tests() { [[ " $*" = *" tests/"* ]]; }

dev_test() {  # [PRESET] [--unit-only | PYTEST OPTIONS] | cluster [PYTEST OPTIONS]
    local preset=release
    if [ "${1:-}" = cluster ]; then
        shift
        build release kingshare
        KINGSHARE_TEST_NODES=3 run_behaviour_tests release "$@"
        return
    fi
    case ${1:-} in release | no-web | dev | asan | tsan) preset=$1 && shift ;; esac
    use_preset "$preset"
    if [ "${1:-}" = --unit-only ]; then
        build "$preset" unit_tests
        run_unit_tests "$preset"
    elif names_tests "$@"; then
        build "$preset" kingshare
        run_behaviour_tests "$preset" "$@"
    else
        build "$preset"
        run_unit_tests "$preset"
        run_behaviour_tests "$preset" "$@"
        [ $# -eq 0 ] || return 0
        KINGSHARE_TEST_BLOBS=memory: run_behaviour_tests "$preset" "${transfer_tests[@]}"
        run_behaviour_tests_on_s3 "$preset" "${transfer_tests[@]}"
        KINGSHARE_TEST_DATABASE=postgresql: run_behaviour_tests "$preset" "${database_tests[@]}"
    fi
}
