"""Places of a turn's words in its text."""

from collections.abc import Iterator

from callqa.types import Turn, Word


def word_spans(turn: Turn) -> Iterator[tuple[Word, int, int]]:
    """Each word with its place in the text, ``turn.text[start:end]``, as far as the text holds the words in order."""
    end = 0
    for word in turn.words:
        text = word.text.strip()
        start = turn.text.find(text, end)
        if start < 0:
            return
        end = start + len(text)
        yield word, start, end
