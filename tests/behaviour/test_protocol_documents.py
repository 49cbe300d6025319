"""The protocol documents are served unchanged and agree with each other."""
import json

import pytest
import yaml

from support.protocol import PROTOCOL, asyncapi, check_message, openapi

MESSAGES = asyncapi().tree["components"]["messages"]
WIRE = json.loads((PROTOCOL / "wire.json").read_text())


@pytest.mark.parametrize("name", ["openapi.yaml", "asyncapi.yaml"])
def test_the_server_hands_it_out(common_server, name):
    answer = common_server.guest().get(f"/api/{name}", want=200)
    assert answer.body == (PROTOCOL / name).read_bytes()
    assert yaml.safe_load(answer.body)["info"]["title"].startswith("KingShare")


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_example_is_one(kind):
    for example in MESSAGES[kind]["examples"]:
        assert example["payload"]["type"] == kind
        check_message(example["payload"])


def test_every_message_has_a_channel():
    live = asyncapi().tree["channels"]["live"]["messages"]
    assert set(live) == set(MESSAGES)
    spoken = [message for operation in asyncapi().tree["operations"].values() for message in operation.get("messages", [])]
    assert {reference["$ref"].rpartition("/")[2] for reference in spoken} == set(MESSAGES)


def test_every_message_of_the_wire_is_described():
    wire = {message["type"]: [*message.get("data", {}), *message.get("since", {})] for group in ("messages", "replies", "requests") for message in WIRE[group]}
    assert set(wire) <= set(MESSAGES)
    for kind, fields in wire.items():
        schema = asyncapi().tree["components"]["schemas"][kind]
        data = asyncapi().resolve(schema["properties"].get("data", {"properties": {}}))
        assert sorted(data["properties"]) == sorted(fields), kind


def test_every_code_of_the_wire_is_described():
    codes = [error["code"] for error in WIRE["errors"]]
    assert set(openapi().tree["components"]["schemas"]["ErrorCode"]["enum"]) == set(codes)
    assert set(asyncapi().tree["components"]["schemas"]["ErrorCode"]["enum"]) == set(codes[:6])
    assert asyncapi().tree["components"]["schemas"]["Level"]["enum"] == WIRE["levels"]
    for close in WIRE["closes"]:
        assert close["code"] == 1000 or f"| {close['code']} |" in asyncapi().tree["info"]["description"]
