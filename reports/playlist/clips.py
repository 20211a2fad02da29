"""Clips of a playlist: what is known of each before its recording is opened, and the sound cut out of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rich.console import Console

from asr.bleep import Bleep, bleeped
from asr.decode import SAMPLE_RATE, Limits, Samples
from asr.sandbox import decode
from asr.wav import wav_bytes
from callqa.coaching import Clip, Playlist
from callqa.encryption import Keyring
from callqa.errors import AudioError
from callqa.messages import terminal_text as _
from callqa.types import Verdict
from services.coaching.agents import agent_letter, hide_agents
from services.coaching.discretion import discreet
from services.coaching.find import evidence_in, quoted
from services.context import RubricSet, titles_of
from services.intake.recordings import open_recording
from services.new_files import write_whole
from services.progress import training_bar
from services.wording import VERDICTS, why_not_playable
from store import Connection
from store.calls import read

NAME_BYTES = 72  # of a title or call id in a file name; a whole name has at most 255 on most systems
DONE = "已导出"


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """All there is to know of a clip before its recording is opened."""

    order: int
    file: str
    clip: Clip
    call_id: str
    item: str
    agent: str
    quote: str
    note: str
    uri: str
    sha256: str
    bleeps: tuple[Bleep, ...] | None
    """What nobody may hear, by the clock of the recording; ``None`` where nobody can tell."""


def file_name(order: int, n_clips: int, title: str, verdict: Verdict, call_id: str) -> str:
    """A name that every system takes: of what people wrote, letters and digits alone.

    >>> file_name(1, 5, "开头语", Verdict.MET, "../D028")
    '01-开头语-合格-D028.wav'
    """
    number = str(order).zfill(max(2, len(str(n_clips))))
    return f"{number}-{_plain(title)}-{VERDICTS[verdict]}-{_plain(call_id)}.wav"


def _plain(text: str) -> str:
    plain = "".join(character for character in text if character.isalnum() or character in "-_")
    return plain.encode()[:NAME_BYTES].decode(errors="ignore") or "_"


def agent_labels(c: Connection, playlist: Playlist) -> dict[str, str]:
    """What stands for each agent of the playlist, where agents are not named."""
    rows = (read.call_row(c, clip.call_id) for clip in playlist.clips)
    agents = dict.fromkeys(row.call.agent_id for row in rows if row)
    return {agent_id: f"坐席{agent_letter(number)}" for number, agent_id in enumerate(agents)}


def plan_clips(
    c: Connection, rubric_set: RubricSet, playlist: Playlist, labels: Mapping[str, str], bleep: bool
) -> list[PlannedClip]:
    """The clips in their order. ``labels``: what stands for each agent, none where they are named."""
    titles = titles_of(rubric_set)
    planned = []
    for order, clip in enumerate(playlist.clips, start=1):
        stored = read.call_row(c, clip.call_id)
        assert stored is not None  # a clip points at its call
        evidence, note = evidence_in(c, rubric_set, clip), clip.note
        bleeps: tuple[Bleep, ...] | None = ()
        if bleep:
            evidence, note, bleeps = discreet(c, rubric_set[0], stored, evidence, note)
        title = titles.get(clip.item_id, clip.item_id)
        call_id, quote, note = (hide_agents(text, labels) for text in (clip.call_id, quoted(evidence), note))
        agent = labels.get(stored.call.agent_id, stored.call.agent_id)
        name = file_name(order, len(playlist.clips), title, clip.verdict, call_id)
        place = stored.call.recording_uri, stored.sha256
        planned.append(PlannedClip(order, name, clip, call_id, title, agent, quote, note, *place, bleeps))
    return planned


def cut_clips(
    clips: Sequence[PlannedClip], folder: Path, limits: Limits, keys: Keyring, console: Console
) -> Iterator[tuple[int, str]]:
    """Order and state of each clip. Those of one recording are cut together: decoding takes the time.

    A clip whose file is in the folder is not cut again.
    """
    by_recording = sorted(clips, key=lambda planned: (planned.uri, planned.sha256, planned.order))
    with training_bar(console) as progress:
        task = progress.add_task(_("export"), total=len(clips))
        for (uri, sha256), group in groupby(by_recording, key=lambda planned: (planned.uri, planned.sha256)):
            of_recording = list(group)
            missing = [planned for planned in of_recording if not (folder / planned.file).exists()]
            yield from ((planned.order, DONE) for planned in of_recording if planned not in missing)
            if missing:
                yield from _cut(missing, uri, sha256, folder, limits, keys)
            progress.advance(task, len(of_recording))


def _cut(
    clips: list[PlannedClip], uri: str, sha256: str, folder: Path, limits: Limits, keys: Keyring
) -> Iterator[tuple[int, str]]:
    try:
        with open_recording(uri, sha256, keys) as file:
            _, audio = decode(file, sha256, limits)
    except AudioError as error:
        yield from ((planned.order, _not_exported(error)) for planned in clips)
        return
    for planned in clips:
        try:
            write_whole(folder / planned.file, wav_bytes(_stretch(audio.samples, planned)))
            yield planned.order, DONE
        except AudioError as error:
            yield planned.order, _not_exported(error)


def _stretch(samples: Samples, planned: PlannedClip) -> Samples:
    """Shape (n_channels, n_samples), with the channels of the recording."""
    if planned.bleeps is None:
        raise AudioError("not_transcribed.no_bleeps")
    start, end = (round(seconds * SAMPLE_RATE) for seconds in (planned.clip.start, planned.clip.end))
    if start >= min(end, samples.shape[1]):
        raise AudioError("past_the_end")
    return bleeped(samples[:, start:end], planned.bleeps, since=start / SAMPLE_RATE)


def _not_exported(error: AudioError) -> str:
    return f"未导出：{why_not_playable(error.reason)}"
