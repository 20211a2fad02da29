"""Clips of a playlist: what a lesson tells of each, and the sound cut out of its recording."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from asr.bleep import bleeped
from asr.decode import SAMPLE_RATE, Limits, Samples
from asr.sandbox import decode
from callqa.coaching import Clip, Playlist
from callqa.encryption import Keyring
from callqa.errors import AudioError, ConfigError
from callqa.types import Role, Seconds, Verdict
from services.coaching.agents import agent_letter, hide_agents
from services.coaching.clips import Discretion, ShownClip, shown_clip
from services.coaching.find import quoted
from services.context import RubricSet
from services.intake.recordings import open_recording
from services.privacy.mask import mask_text
from services.wording import verdict_name, why_not_playable
from store import Connection
from store.calls import read
from store.people import playlists

NAME_BYTES = 72  # of a title or a call in a file name; a whole name has at most 255 on most systems
MOMENT = "片段"
"""What a clip is called that is about no item."""


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """What is heard in a clip, by the clip's own clock."""

    role: Role
    start: Seconds
    end: Seconds
    text: str


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """All that a lesson tells of a clip, before its recording is opened."""

    order: int
    file: str
    clip: Clip
    """Its texts as the class may read them."""
    call_id: str
    """Empty where agents are not named."""
    item: str
    agent: str
    quote: str
    reason: str
    turns: tuple[SaidTurn, ...]
    heard: ShownClip

    @property
    def verdict(self) -> str:
        """In words; empty for a moment that is about no item."""
        return verdict_name(self.clip.verdict)

    @property
    def seconds(self) -> Seconds:
        return self.clip.end - self.clip.start


@dataclass(frozen=True, slots=True)
class PlannedPlaylist:
    """A playlist as its listeners may know it."""

    title: str
    note: str
    clips: tuple[PlannedClip, ...]


def file_name(order: int, n_clips: int, title: str, verdict: Verdict | None, whose: str) -> str:
    """A name that every system takes: of what people wrote, letters and digits alone.

    >>> file_name(1, 5, "开头语", Verdict.MET, "../D028")
    '01-开头语-合格-D028.wav'
    """
    number = str(order).zfill(max(2, len(str(n_clips))))
    words = [plain_name(title), *([verdict_name(verdict)] if verdict else []), plain_name(whose)]
    return f"{'-'.join([number, *words])}.wav"


def plain_name(text: str) -> str:
    """Letters and digits alone, and not too many.

    >>> plain_name("新人/第一课"), plain_name("...")
    ('新人第一课', '_')
    """
    plain = "".join(character for character in text if character.isalnum() or character in "-_")
    return plain.encode()[:NAME_BYTES].decode(errors="ignore") or "_"


def agent_labels(c: Connection, playlist: Playlist) -> dict[str, str]:
    """What stands for each agent of the playlist, where agents are not named."""
    rows = (read.call_row(c, clip.call_id) for clip in playlist.clips)
    agents = dict.fromkeys(row.call.agent_id for row in rows if row)
    return {agent_id: f"坐席{agent_letter(number)}" for number, agent_id in enumerate(agents)}


def plan_playlist(rubric_set: RubricSet, name: str, discretion: Discretion) -> PlannedPlaylist:
    """Raises `StoreError` when there is no such playlist, and `ConfigError` when it is empty."""
    with rubric_set[0].store.read() as c:
        playlist = playlists.read_playlist(c, name)
        labels = agent_labels(c, playlist) if discretion.anonymous else {}
        heard = [shown_clip(c, rubric_set, clip, discretion, labels) for clip in playlist.clips]
    if not heard:
        raise ConfigError("playlist.empty", name=name)

    def written(text: str) -> str:
        return hide_agents(mask_text(text, None) if discretion.bleep else text, labels)

    planned = tuple(_planned(order, len(heard), clip, labels) for order, clip in enumerate(heard, start=1))
    return PlannedPlaylist(written(playlist.name), written(playlist.note), planned)


def _planned(order: int, n_clips: int, heard: ShownClip, labels: Mapping[str, str]) -> PlannedClip:
    clip, agent_id = heard.clip, heard.stored.call.agent_id
    agent = labels.get(agent_id, agent_id)
    title = heard.title or MOMENT
    return PlannedClip(
        order,
        file_name(order, n_clips, title, clip.verdict, agent if labels else clip.call_id),
        clip,
        "" if labels else clip.call_id,
        title,
        agent,
        quoted(heard.evidence),
        heard.reason if isinstance(heard.reason, str) else heard.reason.text("zh"),
        tuple(
            SaidTurn(turn.role, max(turn.start - clip.start, 0.0), min(turn.end, clip.end) - clip.start, turn.text)
            for turn in heard.turns
        ),
        heard,
    )


def sounds(clips: Iterable[PlannedClip], limits: Limits, keys: Keyring) -> Iterator[tuple[PlannedClip, Samples | str]]:
    """Each clip's sound, of shape (n_channels, n_samples), or in words why it is not exported.

    Those of one recording come together, for decoding takes the time.
    """
    by_recording = sorted(clips, key=lambda planned: (*_recording_of(planned), planned.order))
    for (uri, sha256), group in groupby(by_recording, key=_recording_of):
        of_recording = list(group)
        wanted = [planned for planned in of_recording if not planned.heard.overturned]
        yield from ((planned, _overturned(planned)) for planned in of_recording if planned.heard.overturned)
        if not wanted:
            continue
        try:
            with open_recording(uri, sha256, keys) as file:
                _, audio = decode(file, sha256, limits)
        except AudioError as error:
            yield from ((planned, _not_exported(error)) for planned in wanted)
            continue
        for planned in wanted:
            try:
                yield planned, _stretch(audio.samples, planned)
            except AudioError as error:
                yield planned, _not_exported(error)


def _recording_of(planned: PlannedClip) -> tuple[str, str]:
    return planned.heard.stored.call.recording_uri, planned.heard.stored.sha256


def _stretch(samples: Samples, planned: PlannedClip) -> Samples:
    """Shape (n_channels, n_samples), with the channels of the recording."""
    bleeps = planned.heard.bleeps
    if bleeps is None:
        raise AudioError("not_transcribed.no_bleeps")
    start, end = (round(seconds * SAMPLE_RATE) for seconds in (planned.clip.start, planned.clip.end))
    if start >= min(end, samples.shape[1]):
        raise AudioError("past_the_end")
    return bleeped(samples[:, start:end], bleeps, since=start / SAMPLE_RATE)


def _not_exported(error: AudioError) -> str:
    return f"未导出：{why_not_playable(error.reason)}"


def _overturned(planned: PlannedClip) -> str:
    return f"未导出：判定已改为{verdict_name(planned.heard.stands)}，不再是{planned.verdict}的例子"
