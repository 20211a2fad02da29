"""A check written in a test as it would stand in a library file."""

import tempfile
from pathlib import Path

from qa_models import Check
from qa_models.check_library import read_library
from qa_models.judge.asked import Judge
from qa_models.registry import KINDS


def library(text: str, judge: Judge | None = None) -> dict[str, Check]:
    """The checks of a library file with this content, building blocks included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return read_library(path, KINDS, judge=judge)


def made(kind: str, params: str = "{}", more: str = "", judge: Judge | None = None) -> Check:
    """``made("phrase", "{phrases: [您好]}", "unless: [...]")``."""
    (*_, last) = library(f"- id: mine\n  kind: {kind}\n  title: 自定\n  params: {params}\n  {more}\n", judge).values()
    return last
