"""The values that cross package borders: calls, transcripts and findings; scores are in `callqa.scores`.

All are frozen and hold tuples, so a value never changes after it was made. Times are float seconds from the start of
the recording. ``None`` means "not known" and never means zero.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal

from callqa.personal import Personal

Seconds = float
Hertz = float
Role = Literal["agent", "citizen", "unknown"]
Direction = Literal["inbound", "outbound"]
Hangup = Literal["agent", "citizen", "system", "unknown"]


class Verdict(StrEnum):
    """What a check can say. Only ``VIOLATED`` may cost points; ``UNSURE`` and ``ERROR`` go to a person."""

    MET = "met"
    VIOLATED = "violated"
    NOT_APPLICABLE = "not_applicable"
    UNSURE = "unsure"
    ERROR = "error"
    NOT_ASSESSED = "not_assessed"
    """It applies, and cannot be judged for a technical reason that more listening does not mend."""


LETTERS = {
    Verdict.MET: "M",
    Verdict.VIOLATED: "V",
    Verdict.NOT_APPLICABLE: "N",
    Verdict.UNSURE: "U",
    Verdict.ERROR: "E",
    Verdict.NOT_ASSESSED: "T",
}
"""A sheet's verdicts are one string, a letter an item in the rubric's order; small letters are a person's verdicts."""
VERDICT_OF = {letter: verdict for verdict, letter in LETTERS.items()}


def stored_as(**keys: str) -> dict[str, Any]:
    """Configuration of a dataclass some of whose fields have other keys in JSON, those of rows stored before."""
    return {"alias_generator": lambda name: keys.get(name, name)}


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the agent filed after the call. An empty string means the field was left empty."""

    request_type: str = ""
    category: tuple[str, ...] = ()
    """Names from the first level down; levels that were not filled are left out."""
    summary: str = ""
    location: str = ""
    district: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    event_time: str = ""
    appeal: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the call centre's export."""

    call_id: str
    agent_id: str
    started_at: datetime
    """Aware of its time zone."""
    recording_uri: str
    """Where the recording lies: a path or any fsspec URI."""
    team: str = ""
    direction: Direction = "inbound"
    hangup_by: Hangup = "unknown"
    agent_channel: int | None = None
    """0 is left. ``None``: one channel carries both speakers, or nobody knows."""
    ticket: Ticket | None = None
    line: str = ""
    """The number or service that was called, where one call centre serves several."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of sound, known by its content."""

    sha256: str
    duration: Seconds
    n_channels: int
    sample_rate: int
    """Hz, as stored in the file."""
    codec: str


@dataclass(frozen=True, slots=True)
class Word:
    """The smallest piece of text with a time: in Mandarin mostly one or two characters."""

    text: str
    start: Seconds
    end: Seconds
    probability: float
    """That its sounds are right, 0 to 1; calibrated for whisper base (`asr.confidence`)."""


def text_of(words: Iterable[Word]) -> str:
    """The words side by side, as Chinese is written."""
    return "".join(word.text for word in words)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until the floor changes or a pause ends it."""

    index: int
    role: Role
    start: Seconds
    end: Seconds
    text: str
    """Simplified script, homophones mended, numbers in digits."""
    words: tuple[Word, ...] = ()
    """Together they are ``text``."""
    confidence: float | None = None
    """The share of its sounds that is probably right, 0 to 1; ``None`` when the engine heard nothing."""
    loudness_dbfs: float | None = None
    """Root mean square over the speech, pauses left out."""
    pitch_hz: Hertz | None = None
    """Median fundamental frequency; ``None`` without enough voiced sound."""
    flags: tuple[str, ...] = ()
    """Why this text is not to be trusted, e.g. ``loop``; nothing counts as said in a flagged turn."""
    syllables_per_second: float | None = None
    """Of the time spent speaking, pauses left out."""
    overlap: Seconds | None = None
    """Time of this turn in which the other speaker talks, too; ``None`` when both share a channel."""
    role_confidence: float | None = None
    """Probability that this voice speaks and not the other; ``None`` where each speaker has a channel."""
    rewritten_from: str | None = None
    """What the engine wrote, where ``text`` is another."""
    __pydantic_config__: ClassVar[Any] = stored_as(rewritten_from="heard")

    @property
    def duration(self) -> Seconds:
        return self.end - self.start

    @property
    def raw_text(self) -> str:
        """The engine's own words, before homophones were mended and numbers written in digits."""
        return self.text if self.rewritten_from is None else self.rewritten_from


@dataclass(frozen=True, slots=True)
class TranscriptQuality:
    """Counts of one transcript or, added up, of many: signs that an engine makes things up."""

    seconds: Seconds = 0.0
    """Of sound, all channels together."""
    silent_seconds: Seconds = 0.0
    """Of sound in which nobody speaks."""
    silent_characters: int = 0
    """Written where nobody speaks."""
    turns: int = 0
    loops: int = 0
    """Turns with flag ``loop``; likewise below."""
    stock_phrases: int = 0
    announcements: int = 0
    other_languages: int = 0
    language_switches: int = 0
    """Changes between Chinese and another language from one turn of a speaker to the next."""
    damaged_frames: int = 0

    def __add__(self, other: "TranscriptQuality") -> "TranscriptQuality":
        return TranscriptQuality(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def silent_characters_per_minute(self) -> float | None:
        """Characters written in a minute of silence; ``None`` when there was none."""
        return 60 * self.silent_characters / self.silent_seconds if self.silent_seconds else None


@dataclass(frozen=True, slots=True)
class Transcript:
    """Who said what and when, as one engine heard it."""

    recording: Recording
    engine_key: str
    turns: tuple[Turn, ...]
    """Sorted by start; ``turns[i].index == i``."""
    flags: tuple[str, ...] = ()
    """About the whole recording: ``silent``, ``roles_unknown``, ``roles_from_content`` (nobody named the agent's
    channel), ``channels_swapped`` (the one named is the citizen's), ``one_channel`` (one of two carries both speakers),
    ``dual_mono`` (both carry the same), ``agent_channel_silent`` and ``citizen_channel_silent`` (while the other
    speaks), ``damaged`` (cut off, or partly not decodable)."""
    quality: TranscriptQuality | None = None
    """How clean the text is; ``None`` where nobody counted."""
    __pydantic_config__: ClassVar[Any] = stored_as(quality="hygiene")


@dataclass(frozen=True, slots=True)
class JudgeQuote:
    """Words that a language model says it copied of a call, and from which turn; neither need be right."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class JudgeClaim:
    """What a language model says of a call for its summary."""

    line: Literal["wanted", "outcome"]
    """As in `callqa.summary.Summary`."""
    text: str
    quote: JudgeQuote
    place: "Evidence | None" = None
    """Where the call bears it out; ``None``: nowhere, so it is not shown."""


@dataclass(frozen=True, slots=True)
class JudgeAnswer:
    """What a language model answered to a question about a call, as it came; `qa_models.judge` tells its worth."""

    key: str
    """Of the whole request: the masked words of the call, question, prompt, schema, model, parameters."""
    applies: bool = True
    quotes: tuple[JudgeQuote, ...] = ()
    reason: str = ""
    verdict: Verdict = Verdict.UNSURE
    confidence: float | None = None
    """Probability of the verdict, 0 to 1, as the server tells it: raw. ``None`` where it does not."""
    claims: tuple[JudgeClaim, ...] = ()
    """Of a summary, which has neither quotes nor verdict of its own."""
    problem: str = ""
    """Why there is nothing usable in it, as a slug; "" for an answer that can be read."""
    fingerprint: str = ""
    """What the server says of itself, for whoever wonders which model it was."""
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: Seconds = 0.0


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a check sees: the call with its ticket, what was said, and what a language model answered about it."""

    call: Call
    transcript: Transcript
    answers: tuple[JudgeAnswer, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        return self.transcript.turns

    def by(self, role: Role) -> Iterator[Turn]:
        """Turns of one speaker, in order."""
        return (turn for turn in self.turns if turn.role == role)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the call a verdict can be heard.

    ``quote`` is the original text, ``turns[turn_index].text[char_start:char_end]``. A stretch of silence has no text:
    then ``turn_index`` names the turn before it (``None`` at the start of the call) and the quote is empty. So has the
    place where words were due that were not said, which takes no time either.
    """

    turn_index: int | None
    char_start: int
    char_end: int
    start: Seconds
    end: Seconds
    quote: str

    @property
    def unsaid(self) -> bool:
        """Whether nothing is there, and words were due."""
        return not self.quote and self.start == self.end


@dataclass(frozen=True, slots=True)
class FieldMismatch:
    """One field of the ticket that the call contradicts, or leaves no room for."""

    field: str
    """As in `Ticket`."""
    reason: str
    sure: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """What a check found besides its verdict, for whoever shows the call; no score depends on it."""

    fields: tuple[FieldMismatch, ...] = ()
    """Of the ticket, the weightiest first."""
    personal: Personal | None = None
    missing: tuple[str, ...] = ()
    """Of the elements of a request (`qa_models.facts.elements`), those that were not obtained."""
    instead: str = ""
    """The class that the call speaks for, where the ticket was filed in another."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a language model makes of a finding that is unsure."""

    verdict: Verdict
    """Met, violated or not applicable."""
    reason: str
    """In the model's own words, which nobody verified."""
    evidence: tuple[Evidence, ...] = ()
    """The words it quotes, as they stand in the call."""
    confidence: float | None = None
    """Raw probability of the verdict, 0 to 1; ``None`` where the server tells none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one call. A check makes exactly one, always: no row means "not done yet"."""

    check_id: str
    check_key: str
    verdict: Verdict
    reason: str
    """A stable slug, e.g. ``never_said``; the pages and reports translate it."""
    value: float | None = None
    """The measured figure, where the check measures one (characters per minute, seconds of silence)."""
    evidence: tuple[Evidence, ...] = ()
    confidence: float | None = None
    details: Details | None = None
    """``None`` where the check tells none, and where it ran before details were kept."""
