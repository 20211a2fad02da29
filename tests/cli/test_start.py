"""Ctrl-C while a command loads: it ends, and says nothing of Python."""

import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from cli.main import main

BEGIN = """
import sys
from cli import start

class Begun:
    def find_spec(self, name, path=None, target=None):
        if name == "cli.translate":
            print("begun", flush=True)

sys.meta_path.insert(0, Begun())
start.main()
"""
"""Says so at the first import of `cli.start.main`: what Python does before it is out of its hands."""


@pytest.mark.slow
@pytest.mark.parametrize("command", [["report"], ["serve", "--help"]])
def test_ctrl_c_at_any_moment_of_the_start_prints_no_traceback(command: list[str]) -> None:
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", BEGIN, *command], capture_output=True, check=False)
    whole = time.monotonic() - started
    for share in (0.0, 0.4, 0.8):
        with subprocess.Popen(
            [sys.executable, "-c", BEGIN, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(share * whole)
            process.send_signal(signal.SIGINT)
            output = process.stdout.read()
        assert "Traceback" not in output, f"after {share * whole:.1f} s"


@pytest.mark.parametrize("home", ["file", "file/home"])
def test_a_wrong_path_is_one_line(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CALLQA_HOME", str(tmp_path / home))
    monkeypatch.setattr("sys.argv", ["callqa", "report"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"callqa: {tmp_path}/file")
    assert "check the path, and the rights" in line


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["callqa", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"callqa {version('callqa')}\n"
