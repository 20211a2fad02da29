"""Second opinions: which checks get one, what is asked, and when an answer is one."""

from dataclasses import replace

import pytest
from dummies import call
from judge import checks
from written import made

from callqa.types import JudgeAnswer, JudgeQuote, Opinion, Verdict
from qa_models.judge.asked import Judge
from qa_models.judge.opinion import (
    merged,
    opinion_key,
    opinion_questions,
    opinion_text,
    read_opinion,
    words_decide,
)

JUDGE = Judge(model="dummy", revision="1")
CALL = call(
    "A: 您好，请讲 | C: 我家楼下半夜施工，吵得睡不着 | A: 我说了多少遍了你怎么还听不懂 | C: 我没听明白你在讲什么 | "
    "A: 那您再说一遍吧 (confidence 0.3)"
)
ATTITUDE = checks()["attitude"]
V, M, U, N = Verdict.VIOLATED, Verdict.MET, Verdict.UNSURE, Verdict.NOT_APPLICABLE


def says(verdict: Verdict, *quotes: tuple[int, str], **more: object) -> JudgeAnswer:
    return JudgeAnswer("", quotes=tuple(JudgeQuote(*quote) for quote in quotes), verdict=verdict, **more)  # type: ignore[arg-type]


def test_words_decide_what_is_said_and_neither_sound_nor_ticket() -> None:
    beyond = {check.id for check in checks().values() if not words_decide(check)}
    assert beyond == {
        "agent_hangup_first",
        "category_match",
        "content_consistency",
        "element_collection",
        "interruption",
        "long_silence",
        "request_type_match",
        "speech_rate",
    }


def test_what_rests_on_a_question_has_its_answer_already() -> None:
    asked = made("ask", "{question: 坐席有没有训斥市民, expect: absent}", judge=JUDGE)
    assert not words_decide(asked)


def test_the_question_is_what_people_are_told_of_the_check() -> None:
    (question,) = opinion_questions(ATTITUDE, CALL, JUDGE)
    assert ATTITUDE.spec.help is not None
    assert ATTITUDE.spec.help.meaning in question.text
    assert "[2] " in question.call
    assert question.messages[1]["content"].startswith(question.call), "as for other questions, so that a prefix is kept"


@pytest.mark.parametrize("judge", [Judge(model="other", revision="1"), Judge(model="dummy", revision="2")])
def test_another_model_is_asked_anew(judge: Judge) -> None:
    assert opinion_key(ATTITUDE, judge) != opinion_key(ATTITUDE, JUDGE)
    assert opinion_key(ATTITUDE, JUDGE) == opinion_key(ATTITUDE, JUDGE.model_copy(update={"context": 4096}))


def test_another_check_or_other_words_for_it_are_asked_anew() -> None:
    reworded = replace(ATTITUDE, spec=ATTITUDE.spec.model_copy(update={"title": "文明用语"}))
    assert len({opinion_key(check, JUDGE) for check in (ATTITUDE, reworded, checks()["opening"])}) == 3


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (says(V, (2, "你怎么还听不懂")), V),
        (says(V, (0, "您怎么还听不懂")), V),  # by sound, in another turn than it names
        (says(V), None),
        (says(V, (2, "给我滚出去别烦我")), None),  # nobody said it
        (says(V, (3, "我没听明白你在讲什么")), None),  # the citizen's words accuse no agent
        (says(V, (4, "那您再说一遍吧")), None),  # badly heard
        (says(V, (2, "你怎么还听不懂"), confidence=0.7), None),
        (says(V, (2, "你怎么还听不懂"), applies=False), N),
        (says(M), M),
        (says(M, confidence=0.4), None),
        (says(U), None),
        (says(N), N),
        (says(M, problem="no_answer"), None),
    ],
)
def test_an_opinion_needs_words_of_the_call(answer: JudgeAnswer, verdict: Verdict | None) -> None:
    opinion = read_opinion(ATTITUDE, CALL, answer)
    assert (opinion.verdict if opinion else None) is verdict


def test_words_that_only_the_question_has_are_no_quote() -> None:
    told = ATTITUDE.spec.help
    assert told is not None
    example = told.bad[0].partition("：")[2]
    assert example in opinion_text(ATTITUDE)
    assert read_opinion(ATTITUDE, CALL, says(V, (2, example))) is None


def test_a_quote_is_shown_as_the_call_has_it() -> None:
    opinion = read_opinion(ATTITUDE, CALL, says(V, (2, "“你怎么，还听不懂！”"), (1, "半夜施工"), reason="训斥"))
    assert isinstance(opinion, Opinion)
    assert [place.quote for place in opinion.evidence] == ["你怎么还听不懂", "半夜施工"]
    assert opinion.reason == "训斥"


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ((says(M), says(N)), M),
        ((says(N), says(N)), N),
        ((says(V), says(V)), V),
        ((says(M), says(V)), U),
        ((says(M), says(U)), U),
        ((says(N), says(V, applies=False)), N),
    ],
)
def test_parts_of_a_call_that_contradict_each_other_are_no_opinion(
    answers: tuple[JudgeAnswer, ...], verdict: Verdict
) -> None:
    assert merged("k", answers).verdict is verdict


def test_merged_answers_add_up() -> None:
    first = says(V, (0, "甲乙丙丁"), confidence=0.9, tokens_in=10, tokens_out=1, seconds=1.0)
    second = says(V, (7, "戊己庚辛"), confidence=0.8, tokens_in=20, tokens_out=2, seconds=2.0)
    whole = merged("k", (first, second, says(N, (9, "不算"), confidence=0.1)))
    assert (whole.key, whole.confidence, whole.tokens_in, whole.tokens_out, whole.seconds) == ("k", 0.8, 30, 3, 3.0)
    assert [quote.turn for quote in whole.quotes] == [0, 7]
    assert merged("k", (first, replace(second, problem="cut_off"))).problem == "cut_off"


def test_a_long_call_is_asked_about_in_parts() -> None:
    long = call(" | ".join(f"A: {'好的我给您记录一下' * 8}" for _ in range(60)))
    small = JUDGE.model_copy(update={"context": 2048})
    assert len(opinion_questions(ATTITUDE, long, small)) > 1
    assert len({question.key for question in opinion_questions(ATTITUDE, long, small)}) > 1
