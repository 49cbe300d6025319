# ./dev fuzz

dev_fuzz() {  # [TARGET] [SECONDS]
    local targets=(frames handshake messages multipart tus ranges jwt s3_xml) seconds=60 target
    case ${1:-} in '' | [0-9]*) ;; *) targets=("$1") && shift ;; esac
    seconds=${1:-$seconds}
    need clang
    build fuzz "${targets[@]/#/fuzz_}"
    for target in "${targets[@]}"; do
        say "fuzzing $target for $seconds s"
        mkdir -p "build/fuzz/corpus/$target"
        build/fuzz/tests/fuzz/fuzz_"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
            -artifact_prefix="build/fuzz/$target-" "build/fuzz/corpus/$target" "tests/fuzz/seeds/$target"
    done
}
