"""A long turn is judged sentence by sentence: one rude sentence does not get lost among five polite ones."""

import re

END = re.compile(r"[。！？!?；;]+")
SHORT = 8  # characters; a shorter sentence goes with the one before it
SHORT_TURN = 30  # characters that are judged as one


def pieces(text: str) -> tuple[tuple[int, int], ...]:
    """``text[start:end]`` of each piece, in order; a short turn is one."""
    if len(text) <= SHORT_TURN:
        return ((0, len(text)),)
    bounds = [0, *(mark.end() for mark in END.finditer(text)), len(text)]
    spans: list[tuple[int, int]] = []
    for start, end in zip(bounds, bounds[1:], strict=False):
        if spans and end - start < SHORT:
            spans[-1] = (spans[-1][0], end)
        elif end > start:
            spans.append((start, end))
    return tuple(spans)
