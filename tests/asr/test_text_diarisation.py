"""Voices that are much alike, with what is said: synthetic voices, so that how alike they are can be chosen."""

from dataclasses import replace

import numpy as np
import pytest

from asr.decode import Audio
from asr.diarise import Diarisation, VoiceEvidence, place_windows
from asr.engine import TranscribedClip
from asr.prepare import Prepared, Source
from asr.roles import Cast
from asr.text_diarisation import SURE, diarise_with_text
from asr.turns import one_by_one
from asr.vad import Region
from callqa.types import Recording, Word

CALL = (
    (0, "您好，这里是市民服务热线，工号四零一九为您服务，请问有什么可以帮您？"),
    (1, "喂，你好，我想反映一下我们小区停车的事。"),
    (0, "好的，请问您怎么称呼？"),
    (1, "我姓李，我家楼下天天堵着。"),
    (0, "请问具体地址在哪里，是几号楼？"),
    (1, "金桥路那个小区，到现在都没人来管。"),
    (0, "您反映的情况我给您登记了，工作人员会跟您联系。"),
    (1, "你们能不能快点处理？我都打了三次电话了。"),
    (0, "我帮您备注一下，请问还有什么可以帮您？"),
    (1, "没有了，谢谢你啊。"),
    (0, "感谢您的来电，再见。"),
)
SIZE = 64


def recorded(distance: float, call: tuple[tuple[int, str], ...] = CALL) -> tuple[Prepared, list[list[TranscribedClip]]]:
    """A call whose speakers' voices are so far apart, and what was heard in its regions."""
    random = np.random.default_rng(1)
    regions = tuple(Region(4.0 * i, 4.0 * i + 3.5, 0) for i in range(len(call)))
    windows = place_windows(regions)
    speaker = np.array([who for who, _ in call])[windows.region]
    centres = random.normal(0, 1, (2, SIZE))
    noise = random.normal(0, 1, (len(speaker), SIZE)) * np.linspace(2, 0.1, SIZE)
    embeddings = (8 + distance * centres[speaker] + noise).astype(np.float32)
    audio = Audio(np.zeros((1, 16), dtype=np.float32), 0, True)
    prepared = Prepared(
        source=Source("sha", None, lambda: pytest.fail("not opened")),
        recording=Recording("sha", 4.0 * len(call), 1, 16000, "pcm"),
        damaged=False,
        damaged_frames=0,
        cast=Cast(audio, ("unknown",), ("roles_unknown",)),
        speech=(regions,),
        diarisation=Diarisation((), -1.0, VoiceEvidence(windows, embeddings)),
        spans=one_by_one((regions,)),
        clips=(),
    )
    heard = [
        [TranscribedClip((Word(text, region.start, region.end, 0.9),))]
        for region, (_, text) in zip(regions, call, strict=True)
    ]
    return prepared, heard


def said_by(prepared: Prepared, heard: list[list[TranscribedClip]], role: str) -> list[str]:
    return [
        word.text
        for span, parts in zip(prepared.spans, heard, strict=True)
        if prepared.cast.roles[span.voice] == role
        for part in parts
        for word in part.words
    ]


def test_what_is_said_tells_alike_voices_apart() -> None:
    prepared, heard = diarise_with_text(*recorded(0.6))
    assert prepared.cast.flags == ("roles_from_content",)
    agent, citizen = ([text for who, text in CALL if who == number] for number in (0, 1))
    assert set(said_by(prepared, heard, "agent")) <= set(agent)
    assert set(said_by(prepared, heard, "citizen")) <= set(citizen)
    assert len(said_by(prepared, heard, "unknown")) <= 2
    assert all(region.confidence >= SURE for regions in prepared.speech[:2] for region in regions)


@pytest.mark.parametrize(
    ("distance", "call"),
    [
        (0.0, CALL),  # one voice that says both
        (0.6, tuple((who, "嗯，好的。") for who, _ in CALL)),  # nothing said that tells
        (0.6, tuple((who, "") for who, _ in CALL)),
        (0.6, tuple((who, text) for who, (_, text) in zip((0, 1) * 6, CALL[::2] * 2, strict=False))),  # agents alone
    ],
)
def test_what_cannot_be_told_is_nobodys(distance: float, call: tuple) -> None:
    prepared, heard = diarise_with_text(*recorded(distance, call))
    assert prepared.cast.flags == ("roles_unknown",)
    assert {prepared.cast.roles[span.voice] for span in prepared.spans} == {"unknown"}
    assert said_by(prepared, heard, "unknown") == [text for _, text in call]


def test_regions_are_joined_to_turns_again() -> None:
    prepared, heard = recorded(0.6, ((0, "好的，"), (0, "请问您怎么称呼？")))
    close = tuple(Region(i * 4.0, i * 4.0 + 3.8, 0) for i in range(2))
    joined, parts = diarise_with_text(replace(prepared, spans=one_by_one((close,))), heard)
    assert [span.regions for span in joined.spans] == [close]
    assert [[word.text for part in parts[0] for word in part.words]] == [["好的，", "请问您怎么称呼？"]]
