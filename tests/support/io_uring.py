"""Whether this kernel has io_uring, and a server for which it has none."""
import ctypes
import os
import shutil
import subprocess

import pytest

from .server import BINARY

IO_URING_SETUP = 425


def need_io_uring():
    """The test is skipped where the kernel refuses it."""
    libc = ctypes.CDLL(None, use_errno=True)
    ring = libc.syscall(IO_URING_SETUP, 1, ctypes.create_string_buffer(120))
    if ring < 0:
        pytest.skip(f"the kernel refuses io_uring: {os.strerror(ctypes.get_errno())}")
    os.close(ring)


def binary_without_io_uring(folder):
    """A program that is the server on a kernel which refuses io_uring, as in many containers."""
    if not shutil.which("strace"):
        pytest.skip("strace, which makes system calls fail, is not installed")
    refuse = "strace -D -f -qq -o /dev/null -e trace=io_uring_setup -e inject=io_uring_setup:error=EPERM"
    if subprocess.run([*refuse.split(), "true"], capture_output=True).returncode:
        pytest.skip("system calls cannot be made to fail here")
    program = folder / "kingshare-without-io-uring"
    # LeakSanitizer would trace the process too, which is taken.
    program.write_text(f'#!/bin/sh\nASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" exec {refuse} "{BINARY}" "$@"\n')
    program.chmod(0o755)
    return str(program)
