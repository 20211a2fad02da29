"""Personal data in a call, and what is none; times of the sound that is bleeped."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from dummies import call
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.checks import conversations
from benchmarks.personal import measure
from callqa.personal import PersonalSpan
from callqa.types import Conversation, Ticket, Word
from qa_models.personal.spans import MARGIN, personal_spans


def marked(conversation: Conversation) -> str:
    """The turns with 〔kind:…〕 around what is personal."""
    spans = personal_spans(conversation)
    lines = []
    for turn in conversation.turns:
        text = turn.text
        for span in reversed([span for span in spans if span.turn_index == turn.index]):
            start, end = span.char_start, span.char_end
            text = f"{text[:start]}〔{span.kind}:{text[start:end]}〕{text[end:]}"
        lines.append(text)
    return " | ".join(lines)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("A: 请问您贵姓？ | C: 免贵姓王。", ["name:王"]),
        ("A: 怎么称呼您？ | C: 任大勇。", ["name:任大勇"]),
        ("A: 怎么称呼您？ | C: 弓长张，张先生。", ["name:弓长张", "name:张"]),
        ("A: 您叫什么？ | C: 我叫汤慧敏，智慧的慧，敏捷的敏。", ["name:汤慧敏", "name:智慧的慧，敏捷的敏"]),
        ("C: 就是我们那个经理，姓佟。 | A: 佟经理说什么了？", ["name:佟", "name:佟"]),
        ("C: 居委会的小毕帮了我。 | A: 是毕主任吧？", ["name:毕", "name:毕"]),
        ("C: 电话幺三八，幺二三四，五六七八。", ["phone:幺三八，幺二三四，五六七八"]),
        (
            "A: 手机号码报一下。 | C: 幺三八幺 | A: 嗯。 | C: 二三四五 | A: 好的。 | C: 六七八。 | A: 尾号五六七八吗？",
            ["phone:幺三八幺", "phone:二三四五", "phone:六七八", "phone:五六七八"],
        ),
        ("A: 号码是13812345678？ | C: 不对，是五六七九。", ["phone:13812345678", "phone:五六七九"]),
        (
            "A: 身份证号码报一下。 | C: 三幺零幺零幺，幺九八零，零幺零幺，幺二三X。",
            ["id_number:三幺零幺零幺，幺九八零，零幺零幺，幺二三X"],
        ),
        ("C: 银行卡卡号是6222 0202 0000 1234 567。", ["bank_card:6222 0202 0000 1234 567"]),
        ("C: 车牌沪A三八五二七。", ["plate:沪A三八五二七"]),
        ("C: 我住银桂路18号402室。", ["address:银桂路18号402室"]),
        ("A: 地址在哪里？ | C: 银桂路，青溪苑，六号二零一。", ["address:银桂路，青溪苑，六号二零一"]),
        ("C: 我家住金杨新村。 | A: 金杨新村是吧？", ["address:金杨新村", "address:金杨新村"]),
        ("C: 我的邮箱是wang@example.com。", ["number:wang@example.com"]),
    ],
)
def test_what_is_personal(script: str, found: list[str]) -> None:
    assert re.findall("〔(.*?)〕", marked(call(script))) == found


@pytest.mark.parametrize(
    "script",
    [
        "A: 您好，上海一二三四五热线，工号三零二八为您服务。",
        "A: 12345热线，3028号话务员为您服务。",
        "A: 有危险请马上拨打110，燃气抢修打962777，医保打12393。",
        "C: 我打过幺二零，幺幺九也打了。",
        "C: 延安路上的树要修一修，公交71路总是不来。",
        "A: 您可以去浦东新区社区事务受理服务中心。",
        "C: 从十一月三号开始，一共交了三千五百块，二零二六年的。",
        "C: 他态度很差，爱投诉就投诉，我是老百姓。",
        "C: 小区里老人多，小孩也多，老师傅都说要修。",
        "C: 二楼有水，两栋楼都停了，十五个工作日太长。",
        "A: 谢谢您的来电，祝您生活愉快，再见。",
    ],
)
def test_what_stays_readable(script: str) -> None:
    assert personal_spans(call(script)) == ()


def test_the_ticket_is_found_by_sound() -> None:
    """An engine writes 陈辉路 for 晨晖路 and 章小鱼 for 张晓宇."""
    ticket = Ticket(location="晨晖路", contact_name="张晓宇", contact_phone="13812345678")
    conversation = call("C: 陈辉路上，章小鱼说的，不是一二三四五六。 (confidence 0.8)", ticket=ticket)
    assert marked(conversation) == "〔address:陈辉路〕上，〔name:章小鱼〕说的，不是〔phone:一二三四五六〕。"


def test_untrusted_turns_are_searched_too() -> None:
    assert marked(call("U: 我姓王。 (flag speaker_unsure)")) == "我姓〔name:王〕。"


def test_the_sound_is_that_of_the_words_with_a_margin() -> None:
    conversation = call("C: 我姓王，你好")
    (turn,) = conversation.turns
    words = tuple(Word(c, 1 + i / 2, 1.5 + i / 2, 1.0) for i, c in enumerate("我姓王，你好"))
    timed = replace(conversation.transcript, turns=(replace(turn, words=words),))
    (span,) = personal_spans(replace(conversation, transcript=timed))
    assert span == PersonalSpan(0, 2, 3, "name", 2.0 - MARGIN, 2.5 + MARGIN)


def test_without_times_of_words_the_whole_turn_is_bleeped() -> None:
    conversation = call("C: 我姓王，你好")
    (turn,) = conversation.turns
    (span,) = personal_spans(conversation)
    assert (span.start, span.end) == (turn.start, turn.end)


SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(
    mobiles, st.lists(st.integers(1, 10), max_size=3), st.booleans(), st.sampled_from(["", "我的电话是", "您记一下，"])
)
def test_no_digit_of_a_mobile_number_is_missed(number: str, cuts: list[int], spoken: bool, before: str) -> None:
    """However it is written and cut into groups."""
    edges = sorted({0, 11, *cuts})
    groups = [number[first:last] for first, last in zip(edges, edges[1:], strict=False)]
    text = "，".join("".join(SPOKEN[c] for c in group) if spoken else group for group in groups)
    hidden = re.sub("〔.*?〕", "", marked(call(f"A: 您的手机号码是多少？ | C: {before}{text}。 | A: {text}对吗？")))
    assert not re.search("[0-9零幺二三四五六七八九]", hidden)


def test_labelled_calls() -> None:
    """Nothing that is listed for them is missed, but a few addresses; docs/privacy.md has the figures."""
    folder = Path(__file__).parent.parent / "calls"
    listed = yaml.safe_load((folder / "personal.yaml").read_text(encoding="utf-8"))
    figures = measure(conversations([folder]), listed, errors=0.0)
    missed = {kind: tally.characters - tally.found for kind, tally in figures.kinds.items()}
    assert {kind for kind, n in missed.items() if n} <= {"address"}
    assert missed["address"] <= 0.01 * figures.kinds["address"].characters
    assert figures.needless <= 0.01 * figures.characters
