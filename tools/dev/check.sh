# ./dev check

dev_check() {  # [all]
    case ${1:-} in '' | all) ;; *) usage >&2 && exit 2 ;; esac
    need_compiler
    need_node
    need clang-format clang-tidy flake8 git python3-yaml python3-jsonschema
    tools/check_layers
    tools/check_protocol
    tools/check_words
    tools/generate_third_party --check
    say "Python"
    flake8 bench examples packaging tests tools
    say "TypeScript"
    [ -x node_modules/.bin/biome ] || npm ci --silent --no-audit --no-fund
    npm run --silent lint
    say "format"
    sources | xargs clang-format --dry-run --Werror
    say "clang-tidy"
    cmake --preset dev > /dev/null
    cmake --build --preset dev --target generated > /dev/null
    local units
    if [ "${1:-}" = all ]; then
        units=$(sources | grep -E '\.(cpp|cc)$')
    else
        units=$(git diff --name-only --diff-filter=d "$(git merge-base HEAD origin/main 2> /dev/null || git rev-parse HEAD)" -- '*.cpp' '*.cc')
    fi
    [ -z "$units" ] || xargs -P 2 -n 4 clang-tidy --quiet -p build/dev <<< "$units" 2> /dev/null
}
