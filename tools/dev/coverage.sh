# ./dev coverage

dev_coverage() {  # [PYTEST OPTIONS]
    build coverage
    use_preset coverage
    find build/coverage -name '*.gcda' -delete
    run_unit_tests coverage
    run_behaviour_tests coverage "$@"
    say "tests of clients/js"
    KINGSHARE_BINARY=$PWD/build/coverage/kingshare npm run --silent coverage --workspace=clients/js
    tools/coverage build/coverage
}
