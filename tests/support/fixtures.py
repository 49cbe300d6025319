"""The fixtures of the behaviour tests."""
import concurrent.futures
import itertools

import pytest

from . import postgres
from .cli import Shell
from .nats import NatsServer
from .server import Server

# Presence is off: events of one test's users must not reach another test on the same server.
COMMON = {"realtime.presence": "off"}


@pytest.fixture
def start_server(tmp_path):
    """Returns a function that starts a server with its own settings: `start_server(realtime__presence="contacts")`."""
    started, numbers = [], itertools.count(1)

    def start(environment=None, arguments=(), data=None, **settings):
        folder = tmp_path / f"server-{next(numbers)}"
        folder.mkdir()
        started.append(Server(folder, {name.replace("__", "."): value for name, value in settings.items()}, environment,
                              arguments, data))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def server(start_server):
    """A server for this test alone."""
    return start_server()


@pytest.fixture
def nats():
    one = NatsServer()
    yield one
    one.close()


@pytest.fixture(scope="session")
def launching_threads():
    """Threads that launch processes. They stay, because a process ends with the thread that has launched it."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        yield pool


@pytest.fixture
def start_nodes(start_server, nats, launching_threads):
    """Returns a function that starts nodes of one installation at once: `start_nodes(2, realtime__presence="contacts")`."""
    def start(count, **settings):
        database = postgres.shared_server()
        shared = {"database__url": database.url(database.create_database()), "bus__url": nats.url()}
        starting = [launching_threads.submit(start_server, **{**shared, **settings}) for _ in range(count)]
        return [one.result() for one in starting]
    return start


@pytest.fixture(scope="session")
def common_server_process(tmp_path_factory):
    one = Server(tmp_path_factory.mktemp("common"), COMMON)
    yield one
    one.close()


@pytest.fixture
def common_server(common_server_process):
    """A server shared by many tests, without presence. Tests are isolated because each creates new users."""
    yield common_server_process
    common_server_process.disconnect_all()
    try:
        common_server_process.check_alive()
    except AssertionError:
        common_server_process.launch()
        raise


@pytest.fixture
def anna(common_server):
    return common_server.user("anna")


@pytest.fixture
def ben(common_server):
    return common_server.user("ben")


@pytest.fixture
def carla(common_server):
    return common_server.user("carla")


@pytest.fixture
def shell(tmp_path):
    """Returns a function that makes a command line with a separate home folder: `shell("anna")`."""
    return lambda name="somebody": Shell(tmp_path / f"home of {name}")
