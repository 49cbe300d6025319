"""Nodes that start with an empty database, at the same time."""
import re

from support.command import startup_error
from support.server import ADMIN_PASSWORD
from support.users import User


def setup_code(node):
    return re.search(r"/setup#code=(\S+)", node.log)[1]


def test_all_print_the_same_link(start_nodes):
    one, two = start_nodes(2, environment={"KINGSHARE_AUTH__ADMIN_PASSWORD": None})
    code = setup_code(one)
    assert setup_code(two) == code
    account = {"code": code, "username": "root", "password": "the password of root"}
    assert two.guest().post("auth/setup", account, want=201).json()["user"]["role"] == "admin"
    for node in (one, two):
        node.guest().post("auth/setup", {**account, "username": "other"}, want=404)


def test_a_restart_prints_the_link_again(start_nodes):
    [node] = start_nodes(1, environment={"KINGSHARE_AUTH__ADMIN_PASSWORD": None})
    code = setup_code(node)
    node.restart()
    assert re.findall(r"/setup#code=(\S+)", node.log) == [code, code]


def test_one_of_them_creates_the_administrator(start_nodes):
    nodes = start_nodes(4)
    admins = {User.login(node, "admin", ADMIN_PASSWORD).id for node in nodes}
    assert len(admins) == 1
    for node in nodes:
        node.check_alive()


def test_all_need_the_same_secret(start_nodes, tmp_path):
    [node] = start_nodes(1)
    shared = [f"--set=database.url={node.settings['database.url']}", f"--set=bus.url={node.settings['bus.url']}"]
    line = startup_error(*shared, "--set=auth.jwt_secret=" + "another secret" * 3, folder=tmp_path)
    assert "auth.jwt_secret" in line and "all nodes must have the same" in line
    assert "auth.jwt_secret_file" in startup_error(*shared, folder=tmp_path)
