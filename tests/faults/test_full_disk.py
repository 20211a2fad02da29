"""A disk is full, or files may not grow; once there is room, the next run goes on."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from small_calls import Home, Undisturbed
from steps import at_step

pytestmark = pytest.mark.slow
MEGABYTE = 1 << 20


@contextmanager
def small_disk(folder: Path, n_bytes: int) -> Iterator[None]:
    """A disk of its own at ``folder``; skipped where this user may mount none."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={n_bytes}", "callqa-faults", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, left: int) -> Path:
    """A file that leaves ``left`` bytes of the disk."""
    disk = os.statvfs(folder)
    filler = folder / "filler"
    filler.write_bytes(bytes(disk.f_bavail * disk.f_frsize - left))
    return filler


def test_the_disk_is_full(home: Home, undisturbed: Undisturbed, tmp_path: Path, share: float) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 16 * MEGABYTE):
        on_disk = Home(home.folder, home.night, f"sqlite:///{disk}/callqa.db")
        n = 1 + int(share * undisturbed.n_steps)
        ended = on_disk.run(partial(at_step, n, partial(fill, disk, 0)))
        assert ended.status == 1, ended.output
        assert "Traceback" not in ended.output
        assert "free space on its disk" in ended.output
        (disk / "filler").unlink()
        assert on_disk.recover() == undisturbed.kept


def limit_files(n_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))


@pytest.mark.parametrize("kilobytes", [64, 300, 600])
def test_files_may_not_grow(home: Home, undisturbed: Undisturbed, kilobytes: int) -> None:
    ended = home.run(partial(limit_files, kilobytes * 1024))
    assert ended.status == 1, ended.output
    assert "Traceback" not in ended.output
    assert "lift the limit on its files" in ended.output
    assert home.recover() == undisturbed.kept


def test_the_disk_of_the_reports_is_full(home: Home, undisturbed: Undisturbed, tmp_path: Path) -> None:
    reports = home.settings.home / "reports"
    with small_disk(reports, MEGABYTE):
        filler = fill(reports, 20_000)
        ended = home.run()
        assert ended.status == 1, ended.output
        assert "No space left on device; free space on its disk" in ended.output
        filler.unlink()
        assert home.recover() == undisturbed.kept
