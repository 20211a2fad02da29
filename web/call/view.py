"""The view of a call's page: plain data, ready for its template and for its JSON twin."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from callqa.messages import Joined, Message
from callqa.types import Role, Seconds, Verdict
from services.calls.transcript import Segment
from services.listening.stretches import Stretch
from web.help.view import ItemHelp

Tone = Literal["bad", "warn", "good"]


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the call that a verdict can be heard at."""

    id: str
    """Also of the pieces of the transcript that it quotes."""
    start: Seconds
    end: Seconds
    quote: str
    """Empty for a stretch of silence, and where nothing was said."""
    tone: Tone
    telling: bool
    """Shows something; a list of whole turns only tells where was looked."""
    unsaid: bool
    """Words were due here."""


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A statement of the summary, with its source."""

    text: Message
    source: str
    """Title of the ticket's field; "" for what was said."""
    by_model: bool
    """A language model put it so."""
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class ShownTurn:
    index: int
    role: Role
    start: Seconds
    end: Seconds
    pieces: tuple[Segment, ...]
    marks: Joined
    """Why its text is not to be trusted, in words."""
    heard: str
    """What the engine wrote, where the text is another."""
    silence: Seconds | None
    """Before it, where that is long enough for a check to look at."""
    over: Seconds | None
    """How long it begins before the other speaker ends."""


@dataclass(frozen=True, slots=True)
class ShownDoubt:
    """Why a field of the ticket may be wrong."""

    item_id: str
    reason: Message
    sure: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class ShownField:
    name: str
    title: str
    value: str
    doubts: tuple[ShownDoubt, ...]


@dataclass(frozen=True, slots=True)
class ShownReview:
    """The review that counts for an item."""

    key: str
    author: str
    at: datetime
    action: str
    reason: str
    mine: bool
    final: bool
    """An appeal was decided by it."""


@dataclass(frozen=True, slots=True)
class ShownOpinion:
    """What a language model makes of an item that waits for a person."""

    verdict: Verdict
    reason: str
    """In the model's own words."""
    places: tuple[Place, ...]
    """What it quotes."""


@dataclass(frozen=True, slots=True)
class ShownItem:
    """A line of the sheet."""

    id: str
    title: str
    verdict: Verdict
    """As it stands, whoever decided it."""
    machine: Verdict
    points: float | None
    most: float
    """0 for what comes on top of the total, and for fatal items."""
    fatal: bool
    critical: bool
    waits: bool
    """For a person."""
    suggests: bool
    """The machine's violation costs nothing until a person confirms it."""
    reason: Message | Literal[""]
    measured: Message | Literal[""]
    """How much, beside the reason."""
    right: Message | Literal[""]
    """What would have been right, where something is wrong."""
    places: tuple[Place, ...]
    trust: str
    """How far the machine's verdict can be relied on, in words; empty for items without a floor, and for agents."""
    stated: str
    """What a language model's stated confidence has been worth, in words; empty where none answered, and for agents."""
    help: ItemHelp
    word: ShownReview | None
    taught: bool
    """The person's verdict is an example that models learn from."""
    opinion: ShownOpinion | None
    """``None`` where no model was asked or it had none, once somebody decided, and for whoever does not review."""
    appeal_until: date | None
    """The last day on which the person who asks may appeal against it."""

    @property
    def decided(self) -> bool:
        """By the machine, so that there is something to confirm."""
        return self.machine in (Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    title: str
    fatal: bool
    """All its items are fatal: it stands on top of the sheet."""
    points: float
    most: float
    """Of what was scored."""
    items: tuple[ShownItem, ...]


@dataclass(frozen=True, slots=True)
class Manual:
    """Points for something that the rubric has no item for."""

    title: str
    points: float
    author: str
    reason: str
    mine: bool


@dataclass(frozen=True, slots=True)
class ShownAppeal:
    pk: int
    item: str
    reason: str
    at: datetime
    stands: Message


@dataclass(frozen=True, slots=True)
class Said:
    """Something that happened to the call's sheet."""

    at: datetime
    who: str
    what: str
    item: str
    result: str
    reason: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Score:
    """The head of the sheet."""

    total: float | None
    decided: str
    """How many of the points the total rests on, e.g. 45/63."""
    needs_review: bool
    fatal_open: bool
    """The machine found a fatal fault that nobody has confirmed, and people none: the total is not settled."""
    held: bool
    caps: tuple[str, ...]
    """Titles of the critical items that cap it."""
    critical_cap: float | None
    n_waiting: int
    n_to_confirm: int
    """Items that the machine decided, that nobody spoke of yet, and that are not fatal."""
    n_to_confirm_violated: int


@dataclass(frozen=True, slots=True)
class ShownHold:
    """Why the call must not be removed."""

    pk: int
    reason: str
    author: str
    at: datetime
    n_calls: int


@dataclass(frozen=True, slots=True)
class CallPage:
    """A call with its sound, its transcript, its ticket and its sheet."""

    pk: int
    call_id: str
    started_at: datetime
    agent_id: str
    team: str
    line: str
    direction: str
    hangup: str
    category: str
    seconds: Seconds
    flags: Joined
    """Marks of the whole recording, in words."""
    channels: tuple[str, ...]
    """Whose voice each channel carries: 坐席, 市民, or 双方."""
    discreet: bool
    """What tells whose call it is, is masked."""
    wanted: tuple[ShownPart, ...]
    """The summary: what the citizen wants."""
    outcome: tuple[ShownPart, ...]
    """The summary: what came of it."""
    turns: tuple[ShownTurn, ...]
    stretches: tuple[Stretch, ...]
    has_ticket: bool
    ticket: tuple[ShownField, ...]
    sessions: tuple[str, ...]
    """Calibrations that hide all verdicts until they end."""
    score: Score | None
    """``None`` until the call was scored, and while a calibration hides it."""
    groups: tuple[ShownGroup, ...]
    manual: tuple[Manual, ...]
    reviewers: tuple[str, ...]
    appeals: tuple[ShownAppeal, ...]
    history: tuple[Said, ...]
    asked: bool
    """The person who asks was asked to hear it."""
    may_review: bool
    """The person who asks may decide its items."""
    removed_audio: date | None
    """When the sound was removed after its time; ``None``: it was not."""
    removed_text: date | None
    may_hold: bool
    """The person who asks may have the law hold the call, and release it."""
    holds: tuple[ShownHold, ...]
    """What holds it now."""
