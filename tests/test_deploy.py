"""The examples of deploy/ are valid, bounded, and name settings and commands that exist."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from callqa.settings import load_settings
from cli.commands import COMMANDS

DEPLOY = Path(__file__).parent.parent / "deploy"
KUBERNETES, SYSTEMD = DEPLOY / "kubernetes", DEPLOY / "systemd"
KUSTOMIZATION = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text(encoding="utf-8"))
MANIFESTS = [
    manifest
    for name in KUSTOMIZATION["resources"]
    for manifest in yaml.safe_load_all((KUBERNETES / name).read_text(encoding="utf-8"))
]
UNITS = sorted(SYSTEMD.glob("*.service"))
LISTED = set(COMMANDS)


def pods() -> Iterator[Any]:
    """The pod of every workload, named."""
    for manifest in MANIFESTS:
        spec = manifest.get("spec", {})
        job = spec.get("jobTemplate", {"spec": spec})
        if "template" in job["spec"]:
            yield pytest.param(job["spec"]["template"]["spec"], id=manifest["metadata"]["name"])


def test_every_manifest_is_applied() -> None:
    there = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(KUSTOMIZATION["resources"]) == there
    assert {"CronJob", "Deployment", "NetworkPolicy"} <= {manifest["kind"] for manifest in MANIFESTS}


@pytest.mark.parametrize("pod", list(pods()))
def test_a_pod_is_bounded_and_may_do_little(pod: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    (container,) = pod["containers"]
    assert container["resources"]["limits"].keys() == container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


def test_services_lead_to_pods_and_settings_to_services() -> None:
    named = {manifest["metadata"]["name"] for manifest in MANIFESTS if manifest["kind"] == "Deployment"}
    services = {
        manifest["metadata"]["name"]: manifest["spec"] for manifest in MANIFESTS if manifest["kind"] == "Service"
    }
    assert {spec["selector"]["app.kubernetes.io/name"] for spec in services.values()} <= named
    settings = (KUBERNETES / "settings.env").read_text(encoding="utf-8")
    for host, port in re.findall(r"://(\w+):(\d+)", settings):
        assert {"port": int(port)} in services[host]["ports"]


def test_settings_of_the_pods_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the file, and those of the secret as the page makes it."""
    page = (DEPLOY.parent / "docs" / "scaling.md").read_text(encoding="utf-8")
    (secret,) = re.findall(r"kubectl .* secret generic callqa \\\n((?:.*\\\n)*.*)", page)
    literals = [word.removeprefix("--from-literal=") for word in shlex.split(secret.replace("\\\n", " "))]
    for line in [*(KUBERNETES / "settings.env").read_text(encoding="utf-8").splitlines(), *literals]:
        monkeypatch.setenv(*line.split("=", 1))
    settings = load_settings()
    assert settings.flow.scheduler == "tls://scheduler:8786"
    assert (settings.database.split(":")[0], len(settings.alerts.webhooks)) == ("postgresql", 1)


def test_settings_of_the_units_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CALLQA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(SYSTEMD)
    assert load_settings().home == Path("/var/lib/callqa")


def directives(unit: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_bounded_and_may_do_little(unit: Path) -> None:
    found = directives(unit)
    assert found.keys() >= {"MemoryMax", "CPUQuota", "TasksMax"}
    assert found["User"] == ["callqa"]
    assert (found["NoNewPrivileges"], found["ProtectSystem"]) == (["yes"], ["strict"])
    assert found["CapabilityBoundingSet"] == [""]


STARTED_BY_UNITS = [shlex.split(directives(unit)["ExecStart"][0]) for unit in UNITS]
STARTED_BY_PODS = [pod.values[0]["containers"][0]["command"] for pod in pods()]


def test_units_and_pods_start_the_same() -> None:
    by_units, by_pods = (
        sorted((Path(command[0]).name, command[1]) for command in commands)
        for commands in (STARTED_BY_UNITS, STARTED_BY_PODS)
    )
    assert by_units == by_pods


@pytest.mark.parametrize("command", [*STARTED_BY_UNITS, *STARTED_BY_PODS], ids=" ".join)
def test_what_is_started_exists(command: list[str]) -> None:
    program = Path(command[0]).name
    assert program in {"callqa", "dask", "prefect"}
    assert program != "callqa" or command[1] in LISTED


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """But for the programs, which are not installed here."""
    for unit in [*UNITS, *SYSTEMD.glob("*.timer")]:
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(re.sub(r"/opt/callqa/.venv/bin/\w+", "/bin/true", text), encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.iterdir())], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("kubectl"), reason="there is no kubectl")
def test_kustomize_takes_the_manifests() -> None:
    built = subprocess.run(["kubectl", "kustomize", str(KUBERNETES)], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    assert len(list(yaml.safe_load_all(built.stdout))) == len(MANIFESTS) + 1  # and the settings
