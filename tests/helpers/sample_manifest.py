"""A manifest of some of the sample calls."""

from pathlib import Path


def write_sample_manifest(manifest: Path, samples: Path, *call_ids: str) -> Path:
    """The recordings stay where they are."""
    header, *lines = (samples / "manifest.csv").read_text(encoding="utf-8").splitlines()
    kept = [line.replace("audio/", f"{samples}/audio/") for line in lines if line.startswith(call_ids)]
    manifest.write_text("\n".join([header, *kept]), encoding="utf-8")
    return manifest
