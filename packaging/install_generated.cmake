# Installs the files that depend on the prefix or are printed by the binary. Runs during `cmake --install` and cpack, which choose the prefix then.
set(prefix ${CMAKE_INSTALL_PREFIX})
if(prefix STREQUAL "/usr")
    set(KS_CONFIG_DIR /etc/kingshare)
    set(zsh share/zsh/vendor-completions)  # Debian's zsh reads no other folder below /usr
else()
    set(KS_CONFIG_DIR ${prefix}/etc/kingshare)
    set(zsh share/zsh/site-functions)
endif()

function(install_output folder name)  # COMMAND…
    execute_process(COMMAND ${ARGN} OUTPUT_FILE ${KS_STAGING}/${name} COMMAND_ERROR_IS_FATAL ANY)
    file(INSTALL ${KS_STAGING}/${name} DESTINATION ${folder})
endfunction()

file(MAKE_DIRECTORY ${KS_STAGING})
install_output(${prefix}/share/man/man1 kingshare.1.gz ${KS_BINARY} manual COMMAND gzip -9n)
install_output(${prefix}/share/doc/kingshare changelog.gz gzip -9nc ${KS_SOURCE}/CHANGELOG.md)
install_output(${prefix}/share/bash-completion/completions kingshare ${KS_BINARY} completion bash)
install_output(${prefix}/${zsh} _kingshare ${KS_BINARY} completion zsh)
install_output(${prefix}/share/fish/vendor_completions.d kingshare.fish ${KS_BINARY} completion fish)

configure_file(${KS_SOURCE}/packaging/kingshare.service.in ${KS_STAGING}/kingshare.service @ONLY)
file(INSTALL ${KS_STAGING}/kingshare.service DESTINATION ${prefix}/lib/systemd/system)
file(INSTALL ${KS_SOURCE}/packaging/sysusers.conf DESTINATION ${prefix}/lib/sysusers.d RENAME kingshare.conf)

# A configuration that exists belongs to the administrator.
if(NOT EXISTS $ENV{DESTDIR}${KS_CONFIG_DIR}/kingshare.toml)
    install_output(${KS_CONFIG_DIR} kingshare.toml ${KS_BINARY} help settings COMMAND ${KS_PYTHON} ${KS_SOURCE}/packaging/default_config)
endif()
