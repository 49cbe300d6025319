"""Detects io_uring, and runs a server without it."""
import ctypes
import os
import shutil
import subprocess

import pytest

from .node import BINARY

IO_URING_SETUP = 425


def require_io_uring():
    """Skips the test if the kernel refuses io_uring."""
    libc = ctypes.CDLL(None, use_errno=True)
    ring = libc.syscall(IO_URING_SETUP, 1, ctypes.create_string_buffer(120))
    if ring < 0:
        pytest.skip(f"the kernel refuses io_uring: {os.strerror(ctypes.get_errno())}")
    os.close(ring)


def binary_without_io_uring(folder):
    """Returns a program that runs the server as if the kernel refused io_uring, as many containers do."""
    if not shutil.which("strace"):
        pytest.skip("strace, which makes system calls fail, is not installed")
    refuse = "strace -D -f -qq -o /dev/null -e trace=io_uring_setup -e inject=io_uring_setup:error=EPERM"
    if subprocess.run([*refuse.split(), "true"], capture_output=True).returncode:
        pytest.skip("system calls cannot be made to fail here")
    program = folder / "kingshare-without-io-uring"
    # LeakSanitizer needs ptrace, which strace already occupies.
    program.write_text(f'#!/bin/sh\nASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" exec {refuse} "{BINARY}" "$@"\n')
    program.chmod(0o755)
    return str(program)
