# The files that `cmake --install` installs, and the Debian package that cpack makes of them.
include(GNUInstallDirs)

install(TARGETS kingshare RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md THIRD_PARTY.md packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(CODE "
    set(KS_BINARY \"$<TARGET_FILE:kingshare>\")
    set(KS_PYTHON \"${PYTHON3}\")
    set(KS_SOURCE \"${CMAKE_SOURCE_DIR}\")
    set(KS_STAGING \"${CMAKE_BINARY_DIR}/packaging\")")
install(SCRIPT packaging/install_generated.cmake)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_SOURCE_DIR}/build/package)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "KingShare <kingshare@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "self-hosted file sharing with live updates")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"KingShare stores files, shares them by links with an expiry, a download limit
or a password, and shows visits and downloads as they happen. Interrupted
uploads resume.

This package has the server, its web page and the command line in one
program, and a systemd service that listens on localhost:8080.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd-standalone-sysusers | systemd | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/packaging/debian/conffiles
    ${CMAKE_SOURCE_DIR}/packaging/debian/postinst
    ${CMAKE_SOURCE_DIR}/packaging/debian/prerm
    ${CMAKE_SOURCE_DIR}/packaging/debian/postrm)
include(CPack)
