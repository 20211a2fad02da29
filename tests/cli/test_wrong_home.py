"""A slip in the home: no new, empty database answers that nothing is wrong, or that there is nothing to erase."""

from pathlib import Path

import pytest
from typed import typed_in

from callqa.errors import ConfigError
from callqa.settings import Settings


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "command",
    [
        "audit verify",
        "audit export log.jsonl",
        "backup backup.zip",
        "erase --phone 13912345678",
        "erase --phone 13912345678 --apply --reason letter",
        "legal-hold list",
        "legal-hold put --by wang --reason case --call D008",
        "retention",
        "retention apply",
        "failures",
    ],
)
def test_what_people_would_act_upon_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = typed_in(settings.model_copy(update={"database_url": ""}), monkeypatch)
    refused = typed(*command.split()).exception
    assert isinstance(refused, ConfigError)
    assert f"there is no database at {settings.home}" in str(refused)
    assert not settings.home.exists()
    assert not (tmp_path / "backup.zip").exists()
