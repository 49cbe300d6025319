import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
pytest.register_assert_rewrite("support")

from support.fixtures import *  # noqa: E402,F401,F403


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than ten seconds")


def pytest_make_parametrize_id(val):
    return repr(val)[:40] if isinstance(val, (str, bytes)) and len(val) > 40 else None
