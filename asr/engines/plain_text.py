"""Text for which an engine gives no word times or no probabilities."""

from callqa.types import Seconds, Word

UNKNOWN_PROBABILITY = 0.5
"""Of words whose engine does not say how sure it is: above the floors under which a check doubts a word."""


def spread(text: str, start: Seconds, end: Seconds, probability: float) -> list[Word]:
    """The characters of ``text`` as words, evenly over the time from ``start`` to ``end``.

    >>> [(word.text, word.start) for word in spread("您好", 1.0, 2.0, 0.5)]
    [('您', 1.0), ('好', 1.5)]
    """
    step = (end - start) / max(len(text), 1)
    return [
        Word(character, round(start + index * step, 3), round(start + (index + 1) * step, 3), probability)
        for index, character in enumerate(text)
    ]
