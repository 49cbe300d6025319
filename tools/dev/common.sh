# Functions that all commands of ./dev share.

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@" || sudo "$@"; fi
}

# Installs the missing ones of the given Debian packages.
need() {
    local package missing=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    as_root apt-get -qq update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "${missing[@]}" > /dev/null
}

need_command() {  # COMMAND PACKAGE
    command -v "$1" > /dev/null || need "$2"
}

need_node() {
    need_command node nodejs
    need_command npm npm
}

need_compiler() {
    local boost=
    # Debian 12 packages Boost 1.81 beside an older default.
    [ "$(. /etc/os-release && echo "${VERSION_ID:-}")" != 12 ] || boost=1.81
    need g++ cmake ninja-build ccache lld pkg-config python3 ca-certificates "libboost${boost}-dev" "libboost-json${boost}-dev" "libboost-url${boost}-dev" \
        libexpected-dev libspdlog-dev libssl-dev zlib1g-dev libsqlite3-dev libpq-dev libargon2-dev liburing-dev libtomlplusplus-dev libcli11-dev \
        libcurl4-openssl-dev libqrencode-dev libutf8proc-dev libmagic-dev libnats-dev libgtest-dev
}

build() {  # PRESET [TARGET…]
    local preset=$1
    shift
    need_compiler
    [ "$preset" = no-web ] || need_node
    say "building ($preset)"
    # Relative paths in the compiler's output let ccache serve one preset, or checkout, with the objects of another.
    export CCACHE_BASEDIR=$PWD
    cmake --preset "$preset" > /dev/null
    cmake --build --preset "$preset" ${1:+--target "$@"}
}

# The C++ sources, with uncommitted ones.
sources() { git ls-files -co --exclude-standard 'src/*.h' 'src/*.cpp' 'src/*.cc' 'tests/*.h' 'tests/*.cpp' 'bench/*.cpp'; }
