"""Lines of a call as classifiers read them: a speaker's turns or sentences, each after what the other one said."""

from collections.abc import Sequence

from callqa.types import Turn
from qa_models.dialogue import is_backchannel
from qa_models.utterance.line import Line
from qa_models.utterance.pieces import pieces


def spoken_lines(turns: Sequence[Turn], role: str, by: str) -> tuple[list[tuple[Turn, int, int]], tuple[Line, ...]]:
    """Each piece that this speaker says, with what the other one said before the turn."""
    places: list[tuple[Turn, int, int]] = []
    lines: list[Line] = []
    before, spoke = "", True  # whether the speaker has said anything since the other's last words
    for turn in turns:
        if turn.flags or not turn.text.strip():
            continue
        if role != "anybody" and turn.role != role:
            if not is_backchannel(turn):
                before, spoke = (turn.text if spoke else before + turn.text), False
            continue
        spoke = True
        if is_backchannel(turn):
            continue
        for start, end in pieces(turn.text) if by == "sentence" else ((0, len(turn.text)),):
            places.append((turn, start, end))
            lines.append(Line(turn.text[start:end], before))
    return places, tuple(lines)
