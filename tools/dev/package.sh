# ./dev package

dev_package() {
    case ${1:-} in
        '') make_package ;;
        test) shift && test_package "$@" ;;
        *) usage >&2 && exit 2 ;;
    esac
}

# Builds the package of this Debian in build/package.
make_package() {
    build release kingshare
    need dpkg-dev file
    say "packing"
    rm -rf build/package
    cpack --config build/release/CPackConfig.cmake > build/release/cpack.log 2>&1 || { cat build/release/cpack.log >&2; return 1; }
    ls build/package/*.deb
}

# Tests the package in a bare Debian, by default this one; builds it there if it is another.
test_package() {  # [bookworm|trixie]
    local codename
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    need debootstrap git
    if [ "${1:-$codename}" = "$codename" ]; then
        make_package
        as_root packaging/test_in_chroot "$codename" build/package/*.deb
    else
        as_root packaging/test_in_chroot "$1"
    fi
}
