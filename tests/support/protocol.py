"""Validates the server's output against the documents in protocol/."""
import functools
import json
import pathlib
import re

import jsonschema
import yaml

PROTOCOL = pathlib.Path(__file__).resolve().parents[2] / "protocol"
RFC3339_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

formats = jsonschema.FormatChecker(formats=["uuid"])


@formats.checks("date-time")
def is_time(value):
    return not isinstance(value, str) or RFC3339_UTC.fullmatch(value) is not None


class Document:
    def __init__(self, name):
        self.tree = yaml.safe_load((PROTOCOL / name).read_text())
        self._validators = {}

    def at(self, pointer):
        """Returns the node at a JSON pointer (`#/a/b`), following one `$ref` if the node is one."""
        node = self.tree
        for step in pointer.lstrip("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        return self.resolve(node)

    def resolve(self, node):
        return self.at(node["$ref"]) if isinstance(node, dict) and "$ref" in node else node

    def check(self, schema, value):
        """Fails unless `value` conforms to `schema`, a schema of this document."""
        validator = self._validators.get(id(schema))
        if validator is None:
            # Use the whole document as the root schema, so that its own `#/components/…` references resolve.
            whole = {**self.tree, "allOf": [schema]}
            validator = jsonschema.Draft202012Validator(whole, format_checker=formats)
            self._validators[id(schema)] = validator
        problem = jsonschema.exceptions.best_match(validator.iter_errors(value))
        if problem:
            where = "/".join(map(str, problem.absolute_path)) or "the whole"
            raise AssertionError(f"{value!r}\n  is not as the protocol says, at {where}: {problem.message}")


@functools.cache
def openapi():
    return Document("openapi.yaml")


@functools.cache
def asyncapi():
    return Document("asyncapi.yaml")


def check_message(message):
    """Fails unless the message conforms to protocol/asyncapi.yaml."""
    schemas = asyncapi().tree["components"]["schemas"]
    kind = message.get("type") if isinstance(message, dict) else None
    assert kind in schemas, f"the protocol knows no message {message!r}"
    asyncapi().check(schemas[kind], message)


def check_response(method, target, status, content_type, body):
    """Fails unless protocol/openapi.yaml declares this response (status, media type, body) for this operation."""
    path = target.split("?")[0]
    operation = _operation(method, path)
    assert operation is not None, f"openapi.yaml declares no {method} {path}"
    responses = operation["responses"]
    answer = next((responses[key] for key in (str(status), f"{status // 100}XX", "default") if key in responses), None)
    assert answer is not None, f"openapi.yaml declares no {status} for {method} {path}"
    media = content_type.split(";")[0].strip()
    if status >= 400 and path.startswith("/api/") and method != "HEAD":
        assert media == "application/problem+json", f"{method} {path} answered {status} as {media!r}"
    if method == "HEAD" or not body:
        return
    declared = openapi().resolve(answer).get("content", {})
    kind = next((kind for kind in (media, media.split("/")[0] + "/*", "*/*") if kind in declared), None)
    assert kind, f"openapi.yaml declares no {media!r} for {status} of {method} {path}, only {sorted(declared)}"
    if media.endswith("json") and "schema" in declared[kind]:
        openapi().check(declared[kind]["schema"], json.loads(body))


@functools.cache
def _routes():
    tree = openapi().tree
    routes = []
    for path, item in tree["paths"].items():
        item = openapi().resolve(item)
        server = (item.get("servers") or tree.get("servers") or [{"url": "/"}])[0]["url"]
        prefix = re.sub(r"^[a-z]+://[^/]*", "", server).rstrip("/")
        pattern = re.sub(r"\\\{[^/}]+\\\}", "[^/]+", re.escape(prefix + path))
        routes.append((re.compile(pattern), path.count("{"), item))
    return sorted(routes, key=lambda route: route[1])


def _operation(method, path):
    for pattern, _, item in _routes():
        if pattern.fullmatch(path) and method.lower() in item:
            return item[method.lower()]
    return None
