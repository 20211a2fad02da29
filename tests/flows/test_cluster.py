"""A night on several worker processes, which die and come: the rows are those of a night in one process."""

import json
import shutil
import ssl
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dask
import pytest
from distributed.security import Security
from hosts import BUCKET, Hosts, connect_without_certificate, free_port, hosts, prefect_server, upload, wait_for
from moto.server import ThreadedMotoServer
from nights import environment, night_of
from postgres import PASSWORD, Postgres
from rows import rows

from asr.decode import SAMPLE_RATE, decode
from asr.wav import wav_bytes
from callqa.errors import CallQAError, ConfigError
from callqa.settings import AsrSettings, FlowSettings, Settings
from flows import cluster
from flows.prefect_tasks import work_on
from services.context import open_context
from services.runs.lease import run_lease

pytestmark = [pytest.mark.slow, pytest.mark.first]  # servers, workers and whole nights

N_CALLS = 12
DELAY = 0.5  # seconds that the engine takes for each recording, so that workers die at work
SECONDS = 5  # of sound in each


@pytest.fixture
def calls(tmp_path: Path, samples: Path) -> Path:
    """A folder with a manifest and recordings, which are alike but for their length."""
    with (samples / "audio" / "D019.m4a").open("rb") as file:
        _, sound = decode(file, "")
    folder = tmp_path / "calls"
    folder.mkdir()
    manifest = ["call_id,recording,agent_id,started_at,agent_channel"]
    for n in range(N_CALLS):
        samples_n = sound.samples[:, : SECONDS * SAMPLE_RATE + 160 * n]
        (folder / f"{n:02}.wav").write_bytes(wav_bytes(samples_n))
        manifest.append(f"call-{n:02},{n:02}.wav,{3000 + n % 4},2026-11-02 09:{n:02}:00,0")
    (folder / "manifest.csv").write_text("\n".join(manifest), encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    said = [{"channel": 0, "start": 0.5, "end": 3.5, "text": "您好，浦东12345，工号3028为您服务"}]
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"*": said, "delay": DELAY}), encoding="utf-8")
    return Settings(
        home=tmp_path / "home", asr=AsrSettings(engine="scripted", script=script, repair=False)
    )  # each process would read dictionaries


@pytest.fixture
def s3() -> Iterator[str]:
    """The address of an object store."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def tls(tmp_path: Path) -> dict[str, str]:
    """Dask's settings for connections that are encrypted, and refused without our certificate."""
    made = Security.temporary().get_tls_config_for_role("client")
    for name in ("ca_file", "cert", "key"):
        (tmp_path / name).write_text(made[name], encoding="utf-8")
    found = {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true",
             "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(tmp_path / "ca_file")}  # fmt: skip
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        found[f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT"] = str(tmp_path / "cert")
        found[f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY"] = str(tmp_path / "key")
    return found


@pytest.mark.timeout(900)  # on a busy machine
def test_workers_come_and_go_and_nothing_is_lost_or_done_twice(
    settings: Settings, calls: Path, tmp_path: Path, postgres: Postgres, s3: str, tls: dict[str, str]
) -> None:
    """Two of three workers are killed at work; for a while there is none."""
    upload(s3, calls)
    with postgres.database() as database, prefect_server(tmp_path) as prefect:
        shared = settings.model_copy(update={"database_url": postgres.url(database), "home": tmp_path / "shared"})
        with open_context(shared):
            pass  # the tables
        names = environment(shared) | tls | {
            "PREFECT_API_URL": prefect, "FSSPEC_S3_ENDPOINT_URL": s3, "CALLQA_FLOW__TRANSCRIBE_BATCH": "2",
        }  # fmt: skip

        def transcripts() -> int:
            return len(rows(shared)["transcripts"])

        with hosts(tmp_path, names, protocol="tls") as cluster:
            with pytest.raises(ssl.SSLError, match="CERTIFICATE_REQUIRED"):
                connect_without_certificate(cluster.port)
            first, second = cluster.worker("first"), cluster.worker("second")
            night = cluster.callqa("night", "nightly", f"s3://{BUCKET}/manifest.csv")
            for victim, n in ((first, 2), (second, 4)):
                wait_for(lambda n=n: transcripts() >= n or night.poll() is not None, "transcripts")  # type: ignore[misc]
                victim.kill()
                victim.wait()
            assert transcripts() < N_CALLS, cluster.log("night")
            cluster.worker("third")
            assert night.wait(400) == 0, cluster.log("night")
        told = "".join(cluster.log(name) for name in ("night", "first", "second", "third", "scheduler"))
        assert PASSWORD not in told
        night_of(settings, calls / "manifest.csv")
        assert rows(shared) == rows(settings)
        assert len(rows(settings)["scores"]) == N_CALLS


@pytest.mark.timeout(900)
def test_processes_of_this_machine_need_no_cluster_and_no_server(
    settings: Settings, few: Path, tmp_path: Path, prefect_files: Path
) -> None:
    """The next night runs in threads, which is usual; it finds everything done."""
    shared = settings.model_copy(update={"home": tmp_path / "dask"})
    shutil.copytree(prefect_files, shared.home / "prefect")
    threads = environment(shared)
    nights = {"processes": threads | {"CALLQA_FLOW__RUNNER": "dask", "CALLQA_FLOW__WORKERS": "2"}, "threads": threads}
    night_of(settings, few)
    for name, names in nights.items():
        alone = Hosts(tmp_path, names)
        try:
            assert alone.callqa(name, "nightly", str(few)).wait(500) == 0, alone.log(name)
        finally:
            alone.stop()
        assert rows(shared) == rows(settings)
        assert "Traceback" not in alone.log(name)
        assert "database is locked" not in alone.log(name)
    assert alone.log("threads").count("nothing to do") == 4


def test_a_cluster_without_workers_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "FIRST_WORKER_SECONDS", 0.2)
    with hosts(tmp_path, {}) as found:
        flow = FlowSettings(runner=found.environment["CALLQA_FLOW__RUNNER"])
        with pytest.raises(CallQAError, match=f"start one: dask worker {flow.runner}"), cluster.dask_runner(flow):
            pass


def test_a_scheduler_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = FlowSettings(runner=f"tcp://127.0.0.1:{free_port()}")
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "0.5s"}),
        pytest.raises(ConfigError, match=f"no Dask scheduler answers at {flow.runner}"),
        cluster.dask_runner(flow),
    ):
        pass


@pytest.mark.parametrize(
    ("tls", "says"),
    [
        ({}, "tls:// needs certificates: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE"),
        ({"ca-file": "gone", "client.cert": "gone", "client.key": "gone"}, "cannot be used: .*No such file"),
    ],
)
def test_tls_without_certificates(tls: dict[str, str], says: str) -> None:
    with (
        dask.config.set({f"distributed.comm.tls.{name}": value for name, value in tls.items()}),
        pytest.raises(ConfigError, match=says),
        cluster.dask_runner(FlowSettings(runner="tls://127.0.0.1:8786")),
    ):
        pass


def test_an_installation_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prefect_dask.task_runners", None)
    with (
        pytest.raises(ConfigError, match=r"pip install 'callqa\[dask\]'"),
        cluster.dask_runner(FlowSettings(runner="dask")),
    ):
        pass


def test_a_worker_on_another_database_works_on_nothing(
    settings: Settings, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would find no calls, and the night would end with nothing done."""
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    with open_context(settings) as context, run_lease(context.store) as lease:
        ours = (context.source, context.keys)
        assert work_on("check", [], *ours, lease.holder).done == 0
        with pytest.raises(ConfigError, match="give both the same database_url"):
            work_on("check", [], *ours, "elsewhere/1/a")
        with pytest.raises(ConfigError, match="settings or version differ"):
            work_on("check", [], ours[0], replace(context.keys, engine_key="other"), lease.holder)
