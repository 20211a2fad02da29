"""A playlist as courseware: what a class hears, reads and is asked, as one page of HTML that needs nothing else."""

import base64
from dataclasses import dataclass
from pathlib import Path

from asr.decode import Limits
from asr.mp3 import mp3_bytes
from callqa.clock import clock
from callqa.encryption import keyring
from callqa.errors import ConfigError
from callqa.types import Seconds, Verdict
from reports.playlist.clips import PlannedClip, plan_playlist, sounds
from reports.rendering import documents
from services.coaching.clips import USUAL, Discretion
from services.context import RubricSet
from services.intake.storage import explain
from services.new_files import write_whole
from services.wording import ROLES, VERDICTS

CHOICES = (Verdict.MET, Verdict.VIOLATED)
HINT = "文字为语音识别结果，可能有错字，以录音为准。"
BLEEPED = "姓名、电话、地址等个人信息已消音，文字中以 * 代替。"
NOT_BLEEPED = "含市民个人信息，只可放给有权收听的人。"


@dataclass(frozen=True, slots=True)
class Quiz:
    """What the class is asked about a clip, and what is sentences afterwards."""

    question: str
    choices: tuple[str, ...]
    """Empty where the class answers in its own words."""
    right: str
    """One of the choices."""
    answer: tuple[str, ...]
    """Sentences."""


@dataclass(frozen=True, slots=True)
class CoursewareClip:
    planned: PlannedClip
    mp3: bytes | None
    problem: str
    """Why there is no sound; empty when there is."""
    quiz: Quiz | None

    @property
    def sound(self) -> str:
        """As a page embeds it."""
        return f"data:audio/mpeg;base64,{base64.b64encode(self.mp3).decode()}" if self.mp3 else ""


@dataclass(frozen=True, slots=True)
class Courseware:
    """Clips in their order, ready for a page or for slides."""

    title: str
    note: str
    clips: tuple[CoursewareClip, ...]
    hint: str
    """What whoever shows it has to know."""

    @property
    def seconds(self) -> Seconds:
        return sum(clip.planned.seconds for clip in self.clips)


def make_courseware(rubric_set: RubricSet, name: str, discretion: Discretion = USUAL) -> Courseware:
    """Without clips whose verdict was overturned since. Raises as `plan_playlist`."""
    playlist = plan_playlist(rubric_set, name, discretion)
    settings = rubric_set[0].settings
    shown = [planned for planned in playlist.clips if not planned.heard.overturned]
    if not shown:
        raise ConfigError("playlist.empty", name=name)
    heard: dict[int, CoursewareClip] = {}
    for planned, sound in sounds(shown, Limits.of(settings.asr), keyring(settings.encryption)):
        mp3, problem = (None, sound) if isinstance(sound, str) else (mp3_bytes(sound), "")
        heard[planned.order] = CoursewareClip(planned, mp3, problem, quiz_of(planned))
    hint = HINT + (BLEEPED if discretion.bleep else NOT_BLEEPED)
    return Courseware(playlist.title, playlist.note, tuple(heard[order] for order in sorted(heard)), hint)


def quiz_of(planned: PlannedClip) -> Quiz | None:
    """The trainer's own question; else, of a clip that shows an item, what its verdict is."""
    clip = planned.clip
    verdict = [f"判定：{planned.verdict}"] if clip.verdict else []
    sentences = (*verdict, *(text for text in (planned.reason, clip.answer) if text))
    if clip.question:
        return Quiz(clip.question, (), "", sentences or ("请讲师讲评。",))
    if clip.verdict in CHOICES:
        choices = tuple(VERDICTS[choice] for choice in CHOICES)
        return Quiz(f"“{planned.item}”这一项，坐席做得合格吗？", choices, planned.verdict, sentences)
    if clip.verdict is not None:
        return Quiz(f"“{planned.item}”这一项应当怎样判定？请说明理由。", (), "", sentences)
    return Quiz("请讲师讲评。", (), "", sentences) if clip.answer else None


def courseware_page(courseware: Courseware) -> str:
    """The whole document: sound, style and script lie within it, and nothing is loaded from elsewhere."""
    page = documents().get_template("courseware/page.html")
    return page.render(courseware=courseware, roles=ROLES, length=clock(courseware.seconds))


def write_file(path: Path, content: bytes) -> None:
    """Raises `ConfigError` where the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise ConfigError("playlist.not_written", folder=str(path), why=explain(error)) from error
