"""The manifest of the nights of before: the sample calls, and three that nobody can hear."""

from pathlib import Path

ROSTER = "agent_id,team\n3102,A组\n3117,A组\n3045,B组\n3307,B组\n"
NOT_HEARD = (
    "D900,missing.wav,3045,2026-11-12T10:00:00+08:00,inbound,citizen,stereo,0,咨询,,,没有录音,,,,,",
    "D901,noise.wav,3102,2026-11-12T11:00:00+08:00,inbound,citizen,stereo,0,咨询,,,录音损坏,,,,,",
    "D902,static.wav,3117,2026-11-12T12:00:00+08:00,inbound,citizen,stereo,0,咨询,,,录音损坏,,孙先生,13900001234,,",
)
ERASED_NUMBER = "13900001234"


def write_manifest(folder: Path, samples: Path) -> tuple[Path, Path]:
    """The manifest and the roster; the recordings of the sample calls stay where they are."""
    header, *rows = (samples / "manifest.csv").read_text(encoding="utf-8").splitlines()
    rows = [row.replace("audio/", f"{samples}/audio/") for row in rows]
    for name in ("noise", "static"):
        (folder / f"{name}.wav").write_bytes(f"this {name} is no sound".encode())
    manifest, roster = folder / "night.csv", folder / "roster.csv"
    manifest.write_text("\n".join([header, *rows, *NOT_HEARD]) + "\n", encoding="utf-8")
    roster.write_text(ROSTER, encoding="utf-8")
    return manifest, roster
