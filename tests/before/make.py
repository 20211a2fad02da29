"""Makes the store and its record anew, in a checkout of the commit that README.md names:

.venv/bin/python tests/before/make.py           the store and the record
.venv/bin/python tests/before/make.py record    only the record, of the store that is there
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import recorder  # noqa: E402
from asked import ASK  # noqa: E402
from old_home import Home  # noqa: E402
from recorder import NOW  # noqa: E402
from stopped_clock import Clock  # noqa: E402
from stored import pack, pack_record, unpack  # noqa: E402
from story import tell  # noqa: E402


def make_store(folder: Path) -> None:
    with Clock("2026-11-14T00:00+08:00", tick=timedelta(milliseconds=100)) as clock:
        home = Home(folder / "home", clock)
        tell(home, folder, SAMPLES)
        pack(home.folder, SAMPLES / "audio")


def make_record(folder: Path) -> None:
    """Of a home for each part, so that none depends on what was asked before."""
    with Clock(NOW) as clock:

        def home(name: str) -> Home:
            unpack(folder / name, SAMPLES / "audio")
            return Home(folder / name, clock)

        pack_record(
            {
                "keys": recorder.stored_keys(home("keys")),
                "commands": recorder.commands(),
                "routes": recorder.routes(home("routes")),
                "typed": recorder.typed(home("typed")),
                "exports": recorder.exports(home("exports"), folder),
                "answers": {name: recorder.answers(home(name), name) for name in ASK},
            }
        )


if __name__ == "__main__":
    for work in (make_record,) if sys.argv[1:] == ["record"] else (make_store, make_record):
        with tempfile.TemporaryDirectory() as name:
            work(Path(name))
