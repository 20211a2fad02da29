"""Ctrl-C while a command loads: it ends, and says nothing of Python."""

import signal
import subprocess
import sys
import time

import pytest

BEGIN = "from flows.start import main; print('begun', flush=True); main()"


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
            told = process.stdout.read()
        assert "Traceback" not in told, f"after {share * whole:.1f} s"
