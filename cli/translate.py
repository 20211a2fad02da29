"""Help in the terminal's language: texts of commands, options and arguments, and the words around them."""

import gettext
from typing import Any

from callqa.messages import Say, terminal_language, words

PARAGRAPH = "\n\n"
PARTS = ("help", "short_help", "epilog", "rich_help_panel", "show_default")


def translate(command: Any, say: Say) -> None:
    """Puts the texts of a command, its parameters and the commands below it into another language, in place."""
    for thing in (command, *command.params):
        for part in PARTS:
            if isinstance(text := getattr(thing, part, None), str):
                setattr(thing, part, PARAGRAPH.join(said(paragraph, say) for paragraph in text.split(PARAGRAPH)))
    for below in getattr(command, "commands", {}).values():
        translate(below, say)


def said(paragraph: str, say: Say) -> str:
    """The paragraph in another language; as it is where there is none. Its line breaks are the source's."""
    text = " ".join(paragraph.split())
    other = say(text)
    return paragraph if other == text else other


def speak_as_the_terminal() -> None:
    """Gives the libraries that read the command line our words for theirs; to be called before they are imported."""
    language = terminal_language()
    if language == "en":  # which is theirs
        return
    say = words(language)

    def say_of(msgid1: str, msgid2: str, n: int) -> str:
        return say(msgid1 if n == 1 else msgid2)

    gettext.gettext, gettext.ngettext = say, say_of
