"""Clips that somebody makes or changes: what is heard of a call, and what was typed about it."""

from dataclasses import replace

from callqa.clock import exact_clock, seconds_of
from callqa.coaching import Clip
from callqa.errors import CallQAError, ConfigError, StoreError
from callqa.personal import MASK as HIDDEN
from callqa.types import Conversation, Seconds
from services.coaching.find import example_in, moment_clip
from services.context import context_for
from store import Connection
from store.calls import read
from store.people import calibration, playlists
from web.access.request_context import RequestContext
from web.access.roles import Permission
from web.access.visibility import visible_call
from web.coaching.build import clip_rows
from web.coaching.view import ClipTexts, NewClip


def new_clip_page(context: RequestContext, clip: Clip) -> NewClip:
    with context.desk.store.read() as c:
        (row,) = clip_rows(context.desk.rubric_set, c, [clip], context.may(Permission.PERSONAL))
        return NewClip(row, tuple(playlists.lately_filled(c)))


def clip_in(
    context: RequestContext, pk: int, item: str, at: Seconds, start: Seconds | None, end: Seconds | None
) -> Clip:
    """Of a call that the person may know of and nobody judges blind: what an item rests on, or what is said at a
    moment; from ``start`` to ``end`` where they are named. Raises `NotThere` and `CallQAError`."""
    rubric_set = context.desk.rubric_set
    with context.desk.store.read() as c:
        call_id = visible_call(context, c, pk).call.call_id
        if call_id in calibration.open_calls(c):
            raise CallQAError("playlist.call_in_calibration", call=call_id)
        conversation = _conversation(context, c, pk)
    if item:
        return example_in(context_for(rubric_set, call_id), call_id, item, start, end).clip
    clip = moment_clip(conversation, call_id, at if start is None else start)
    clip = replace(clip, start=clip.start if start is None else start, end=clip.end if end is None else end)
    return _within(clip, conversation)


def clip_of(c: Connection, name: str, order: int) -> Clip:
    """Clip number ``order`` (from 1). Raises `StoreError`."""
    clips = playlists.read_playlist(c, name).clips
    if order > len(clips):
        raise StoreError("playlist.clip_unknown", name=name, clip=order, n=len(clips))
    return clips[order - 1]


def changed_clip(context: RequestContext, stored: Clip, shown: Clip, texts: ClipTexts) -> Clip | None:
    """The clip with what somebody typed; ``None`` where asterisks that they were shown would replace what these
    stand for. Raises `ConfigError` for what is no time of the call."""
    hidden = (
        _hides(stored.note, shown.note, texts.note),
        _hides(stored.question, shown.question, texts.question),
        _hides(stored.answer, shown.answer, texts.answer),
    )
    if any(hidden):
        return None
    clip = replace(
        stored,
        note=_kept(stored.note, shown.note, texts.note),
        question=_kept(stored.question, shown.question, texts.question),
        answer=_kept(stored.answer, shown.answer, texts.answer),
    )
    times = _typed(texts.start, stored.start), _typed(texts.end, stored.end)
    if times == (stored.start, stored.end):
        return clip
    with context.desk.store.read() as c:
        row = read.call_row(c, stored.call_id)
        assert row is not None  # a clip points at its call
        return _within(replace(clip, start=times[0], end=times[1]), _conversation(context, c, row.call_pk))


def _hides(stored: str, shown: str, typed: str) -> bool:
    """Whether asterisks would replace what they stand for."""
    return stored != shown and typed.strip() != shown and HIDDEN in typed


def _kept(stored: str, shown: str, typed: str) -> str:
    return stored if typed.strip() == shown else typed.strip()


def typed_seconds(text: str) -> Seconds | None:
    """``None`` where nothing was typed. Raises `ConfigError` for what is no time."""
    if not text.strip():
        return None
    seconds = seconds_of(text)
    if seconds is None:
        raise ConfigError("playlist.no_time", text=text)
    return seconds


def _typed(text: str, stored: Seconds) -> Seconds:
    """What was shown is rounded: typed again it changes nothing."""
    seconds = typed_seconds(text)
    return stored if seconds is None or exact_clock(seconds) == exact_clock(stored) else seconds


def _within(clip: Clip, conversation: Conversation | None) -> Clip:
    """Raises `ConfigError` where nothing of the call is in it."""
    duration = conversation.transcript.recording.duration if conversation else clip.end
    end = min(clip.end, duration)
    if clip.start >= end:
        raise ConfigError("playlist.clip_outside", first=clip.start, last=clip.end, duration=duration)
    return replace(clip, end=end)


def _conversation(context: RequestContext, c: Connection, pk: int) -> Conversation | None:
    rubric_context = context.desk.rubric_set[0]
    heard = next(read.conversations(c, [pk], rubric_context.keys.engine_key, rubric_context.zone), None)
    return heard.conversation if heard else None
