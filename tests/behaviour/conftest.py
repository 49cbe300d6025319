import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
pytest.register_assert_rewrite("support")

from support.database import NODES  # noqa: E402
from support.fixtures import *  # noqa: E402,F401,F403

# Tests, or files, of a server that is one process, with the reason why several nodes do otherwise.
ONE_NODE = {
    "test_shutdown_notice.py::test_each_is_told_another_moment_to_come_again": "each node spreads the return of its own connections",
    "test_shutdown_notice.py::test_an_event_source_is_told_as_well": "each node spreads the return of its own connections",
    "test_websocket_limits.py::test_connections_in_all": "realtime.max_connections is a limit of each node",
    "test_bus.py::test_events_arrive_without_the_bus": "without NATS, the watchers of a link miss the events of other nodes",
}


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than ten seconds")


def pytest_collection_modifyitems(items):
    if NODES == 1:
        return
    for item in items:
        test = f"{item.path.name}::{item.originalname}"
        if reason := ONE_NODE.get(test) or ONE_NODE.get(item.path.name):
            item.add_marker(pytest.mark.skip(reason=f"for one node alone: {reason}"))


def pytest_make_parametrize_id(val):
    return repr(val)[:40] if isinstance(val, (str, bytes)) and len(val) > 40 else None
