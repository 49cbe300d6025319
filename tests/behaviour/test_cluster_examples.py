"""The manifests of examples/cluster have the fields that they need, name existing settings and things, and fit each other and the server."""
import re
import subprocess

import yaml

from support.manifests import check_compose, check_kubernetes, known_settings, setting_of
from support.node import PROJECT
from support.reverse_proxy import free_port

EXAMPLES = PROJECT / "examples/cluster"
SHARED_BY_NODES = {"auth.jwt_secret", "database.url", "bus.url", "blobs.url"}


def seconds(text):
    return int(re.fullmatch(r"(\d+)s", text)[1])


def default_grace():
    return seconds(re.search(r"`server\.shutdown_grace` \| `(\w+)`", (PROJECT / "README.md").read_text())[1])


def test_haproxy_accepts_its_file(tmp_path):
    text = re.sub(r"node\d:8080", f"127.0.0.1:{free_port()}", (EXAMPLES / "haproxy.cfg").read_text())
    (tmp_path / "haproxy.cfg").write_text(text)
    checked = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", tmp_path / "haproxy.cfg"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_docker_compose():
    text = (EXAMPLES / "docker-compose.yml").read_text()
    compose = yaml.safe_load(text)
    check_compose(compose)
    services = compose["services"]
    nodes = {name: service for name, service in services.items() if name.startswith("node")}
    haproxy = (EXAMPLES / "haproxy.cfg").read_text()
    assert sorted(re.findall(r"server (\w+) (\w+):8080\n", haproxy)) == sorted((name, name) for name in nodes)
    assert services["haproxy"]["ports"] == ["127.0.0.1:8080:8080"] and "bind :8080\n" in haproxy
    for service in nodes.values():
        assert service == compose["x-node"]
    node = compose["x-node"]
    settings = {setting_of(name) for name in node["environment"]}
    commented = {setting_of(name) for name in re.findall(r"# (KINGSHARE_\w+):", text)}
    assert settings | commented <= known_settings() and SHARED_BY_NODES <= settings
    assert (EXAMPLES / node["build"]["context"] / node["build"]["dockerfile"]).exists()
    assert node["environment"]["KINGSHARE_SERVER__TRUSTED_PROXIES"] == compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    # The contents are in the volume that all nodes share.
    folder = node["volumes"][0].removeprefix("blobs:")
    assert node["environment"]["KINGSHARE_BLOBS__URL"].startswith(f"file:{folder}/")
    assert "--data-dir" in node["command"] and not folder == node["command"][node["command"].index("--data-dir") + 1]
    assert seconds(node["stop_grace_period"]) > default_grace()


def test_kubernetes():
    by_kind = check_kubernetes(yaml.safe_load_all((EXAMPLES / "kubernetes.yaml").read_text()))
    secret, values = by_kind["Secret"]["stringData"], by_kind["ConfigMap"]["data"]
    settings = {setting_of(name) for name in [*secret, *values]}
    assert settings <= known_settings() and SHARED_BY_NODES <= settings
    assert len(secret["KINGSHARE_AUTH__JWT_SECRET"]) >= 32
    deployment = by_kind["Deployment"]["spec"]
    pod = deployment["template"]["spec"]
    [container] = pod["containers"]
    labels = deployment["template"]["metadata"]["labels"]
    assert labels == deployment["selector"]["matchLabels"] == by_kind["Service"]["spec"]["selector"]
    assert labels == by_kind["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"]
    for source in container["envFrom"]:
        [(reference, named)] = source.items()
        assert named["name"] == by_kind[{"secretRef": "Secret", "configMapRef": "ConfigMap"}[reference]]["metadata"]["name"]

    [port] = container["ports"]
    assert container["command"][-1].endswith(f":{port['containerPort']}")
    probes = {container[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")}
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz" and probes == {"/healthz", "/readyz"}
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][-1])
    noticed = container["readinessProbe"]["periodSeconds"] * container["readinessProbe"]["failureThreshold"]
    assert pause >= noticed
    assert pod["terminationGracePeriodSeconds"] >= pause + seconds(values["KINGSHARE_SERVER__SHUTDOWN_GRACE"]) + 5
    assert [one["name"] for one in pod["volumes"]] == [one["name"] for one in container["volumeMounts"]]
    assert container["volumeMounts"][0]["mountPath"] in container["command"]

    [served] = by_kind["Service"]["spec"]["ports"]
    ingress = by_kind["Ingress"]["spec"]
    [rule] = ingress["rules"]
    assert [rule["host"]] == ingress["tls"][0]["hosts"] and values["KINGSHARE_SERVER__PUBLIC_URL"] == f"https://{rule['host']}"
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": by_kind["Service"]["metadata"]["name"], "port": {"name": served["name"]}}
    assert served["targetPort"] == port["name"]
