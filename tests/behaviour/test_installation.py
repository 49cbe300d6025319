"""`cmake --install` installs the program with its manual, shell completion, service and default configuration."""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import tomllib

import pytest

from support.command import kingshare
from support.node import BINARY

BUILD = pathlib.Path(BINARY).resolve().parent

pytestmark = [
    pytest.mark.skipif(not shutil.which("cmake"), reason="needs cmake"),
    pytest.mark.skipif(not (BUILD / "cmake_install.cmake").exists(), reason="the binary is not in its build folder"),
]


def install(folder, prefix):
    subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], env={**os.environ, "DESTDIR": str(folder)}, check=True, capture_output=True)


def printed(folder, *arguments):
    return kingshare(*arguments, folder=folder).stdout


@pytest.mark.parametrize("prefix, config, zsh", [("/usr", "etc", "vendor-completions"), ("/usr/local", "usr/local/etc", "site-functions")])
def test_the_files(tmp_path, prefix, config, zsh):
    install(tmp_path, prefix)
    share = tmp_path / prefix[1:] / "share"
    assert gzip.decompress((share / "man/man1/kingshare.1.gz").read_bytes()).decode() == printed(tmp_path, "manual")
    for path, shell in [("bash-completion/completions/kingshare", "bash"), (f"zsh/{zsh}/_kingshare", "zsh"),
                        ("fish/vendor_completions.d/kingshare.fish", "fish")]:
        assert (share / path).read_text() == printed(tmp_path, "completion", shell)
    assert os.access(tmp_path / prefix[1:] / "bin/kingshare", os.X_OK)
    assert {"README.md", "THIRD_PARTY.md", "changelog.gz", "copyright"} == {path.name for path in (share / "doc/kingshare").iterdir()}
    unit = (share.parent / "lib/systemd/system/kingshare.service").read_text()
    [command] = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    assert command.startswith(f"{prefix}/bin/kingshare serve --config /{config}/kingshare/kingshare.toml --data-dir /var/lib/kingshare")
    assert (share.parent / "lib/sysusers.d/kingshare.conf").read_text().startswith("u kingshare ")
    assert (tmp_path / config / "kingshare/kingshare.toml").exists()


def test_the_default_configuration_shows_each_setting_and_changes_none(tmp_path):
    install(tmp_path, "/usr")
    text = (tmp_path / "etc/kingshare/kingshare.toml").read_text()
    assert not any(tomllib.loads(text).values())
    known = [line.partition(" ")[0] for line in printed(tmp_path, "help", "settings").splitlines()]
    shown, section = [], ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif setting := re.match(r"#(\w+) =", line):
            shown.append(f"{section}.{setting[1]}")
    assert shown == known


def test_the_defaults_are_valid_when_they_are_uncommented(tmp_path, start_server):
    install(tmp_path, "/usr")
    text = re.sub(r"^#(\w+ = (?!.*DATA_DIR).)", r"\1", (tmp_path / "etc/kingshare/kingshare.toml").read_text(), flags=re.MULTILINE)
    (tmp_path / "own.toml").write_text(text)
    server = start_server(arguments=["--config", str(tmp_path / "own.toml")])
    items = {item["key"]: item for item in server.admin.http.get("settings", want=200).json()["items"]}
    given = {f"{section}.{key}": value for section, keys in tomllib.loads(text).items() for key, value in keys.items()}
    assert len(given) > 25
    for key, value in given.items():
        assert items[key]["default"].partition(" ")[0] == (str(value).lower() if isinstance(value, bool) else str(value))
        assert not items[key]["is_default"], f"{key} was not read"


def test_a_configuration_that_exists_is_kept(tmp_path):
    install(tmp_path, "/usr")
    config = tmp_path / "etc/kingshare/kingshare.toml"
    config.write_text("[server]\nthreads = 1\n")
    install(tmp_path, "/usr")
    assert config.read_text() == "[server]\nthreads = 1\n"
