"""Checks container manifests: the fields that the examples use by a schema of ours, and their settings against those of the binary."""
import re
import subprocess

import jsonschema

from .node import BINARY


def record(required, optional=None):
    """Returns the schema of a mapping with these fields and no others."""
    return {"type": "object", "required": sorted(required), "properties": {**required, **(optional or {})}, "additionalProperties": False}


def each(schema):
    return {"type": "array", "items": schema, "minItems": 1}


def mapping(schema):
    return {"type": "object", "additionalProperties": schema}


TEXT, NUMBER, FLAG, PORT = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "boolean"}, {"type": ["integer", "string"]}
TEXTS = mapping(TEXT)
LABELS = record({"matchLabels": TEXTS})
PROBE = record({"httpGet": record({"path": TEXT, "port": PORT}), "periodSeconds": NUMBER, "failureThreshold": NUMBER, "timeoutSeconds": NUMBER})
CONTAINER = record(
    {"name": TEXT, "image": TEXT, "command": each(TEXT), "livenessProbe": PROBE, "readinessProbe": PROBE,
     "ports": each(record({"name": TEXT, "containerPort": NUMBER})),
     "envFrom": each({"oneOf": [record({"secretRef": record({"name": TEXT})}), record({"configMapRef": record({"name": TEXT})})]}),
     "lifecycle": record({"preStop": record({"exec": record({"command": each(TEXT)})})}),
     "volumeMounts": each(record({"name": TEXT, "mountPath": TEXT}))},
    {"securityContext": record({"allowPrivilegeEscalation": FLAG, "capabilities": record({"drop": each(TEXT)})})})
SPREAD = record({"maxSkew": NUMBER, "topologyKey": TEXT, "whenUnsatisfiable": {"enum": ["DoNotSchedule", "ScheduleAnyway"]},
                 "labelSelector": LABELS})
POD = record({"containers": each(CONTAINER), "terminationGracePeriodSeconds": NUMBER, "volumes": each(record({"name": TEXT, "emptyDir": {}}))},
             {"securityContext": record({"runAsNonRoot": FLAG, "runAsUser": NUMBER, "runAsGroup": NUMBER, "fsGroup": NUMBER}),
              "topologySpreadConstraints": each(SPREAD)})
BACKEND = record({"service": record({"name": TEXT, "port": record({"name": TEXT})})})
PATH = record({"path": TEXT, "pathType": {"enum": ["Prefix", "Exact", "ImplementationSpecific"]}, "backend": BACKEND})

# (apiVersion, the fields beside apiVersion, kind and metadata) by kind
KUBERNETES = {
    "Secret": ("v1", {"type": {"const": "Opaque"}, "stringData": TEXTS}),
    "ConfigMap": ("v1", {"data": TEXTS}),
    "Deployment": ("apps/v1", {"spec": record({
        "replicas": NUMBER, "selector": LABELS, "template": record({"metadata": record({"labels": TEXTS}), "spec": POD}),
        "strategy": record({"type": {"const": "RollingUpdate"}, "rollingUpdate": record({"maxUnavailable": NUMBER, "maxSurge": NUMBER})})})}),
    "PodDisruptionBudget": ("policy/v1", {"spec": record({"maxUnavailable": NUMBER, "selector": LABELS})}),
    "Service": ("v1", {"spec": record({"selector": TEXTS, "ports": each(record({"name": TEXT, "port": NUMBER, "targetPort": PORT}))})}),
    "Ingress": ("networking.k8s.io/v1", {"spec": record({
        "tls": each(record({"hosts": each(TEXT), "secretName": TEXT})),
        "rules": each(record({"host": TEXT, "http": record({"paths": each(PATH)})}))})}),
}
METADATA = record({"name": {"type": "string", "pattern": "^[a-z0-9-]+$"}}, {"annotations": TEXTS})

COMPOSE_SERVICE = record(
    {"image": TEXT},
    {"build": record({"context": TEXT, "dockerfile": TEXT}), "entrypoint": each(TEXT), "command": each(TEXT), "environment": TEXTS,
     "volumes": each(TEXT), "networks": each(TEXT), "ports": each(TEXT), "stop_grace_period": TEXT, "ulimits": mapping(NUMBER),
     "restart": {"enum": ["unless-stopped"]}, "healthcheck": record({"test": each(TEXT), "interval": TEXT, "retries": NUMBER}),
     "depends_on": {"oneOf": [each(TEXT), mapping(record({"condition": {
         "enum": ["service_started", "service_healthy", "service_completed_successfully"]}}))]}})
COMPOSE = {
    "type": "object", "required": ["services", "networks", "volumes"], "additionalProperties": False, "patternProperties": {"^x-": {}},
    "properties": {"services": mapping(COMPOSE_SERVICE), "volumes": mapping({"type": "null"}),
                   "networks": mapping(record({"ipam": record({"config": each(record({"subnet": TEXT}))})}))}}


def check_compose(document):
    jsonschema.validate(document, COMPOSE)
    for name, service in document["services"].items():
        for other in service.get("depends_on", []):
            assert other in document["services"], f"{name} depends on {other}, which does not exist"
        for network in service.get("networks", []):
            assert network in document["networks"], f"{name} is in the network {network}, which does not exist"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith(".") or source in document["volumes"], f"{name} uses the volume {source}, which does not exist"


def check_kubernetes(documents):
    """Returns the manifests by kind."""
    by_kind = {}
    for document in documents:
        kind = document["kind"]
        version, fields = KUBERNETES[kind]
        jsonschema.validate(document, record({"apiVersion": {"const": version}, "kind": {"const": kind}, "metadata": METADATA, **fields}))
        assert kind not in by_kind, f"there are two of kind {kind}"
        by_kind[kind] = document
    return by_kind


def setting_of(variable):
    """Returns the setting that an environment variable like KINGSHARE_BUS__URL sets."""
    found = re.fullmatch(r"KINGSHARE_([A-Z0-9]+)__([A-Z0-9_]+)", variable)
    assert found, f"{variable} sets no setting"
    return f"{found[1]}.{found[2]}".lower()


def known_settings():
    """Returns the names of all settings of the binary."""
    table = subprocess.run([BINARY, "__settings"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^\| `(\w+\.\w+)`", table, re.MULTILINE))
