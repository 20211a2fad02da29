import re
from dataclasses import replace

import pytest
from dummies import call
from judge import checks, judge

from callqa.types import Conversation, Ticket, Verdict
from qa_models import Check, CheckSpec, run_checks
from qa_models.check import Draft, Params, check

SCRIPTS = {
    "ordinary": "A: 您好，市民服务热线，工号三零二八 | C: 路灯坏了 | A: 感谢您的来电，再见。",
    "no speech": "A: 嗯 (flag loop)",
    "agent alone": "A: 您好，市民服务热线，工号三零二八",
    "citizen alone": "C: 喂？喂？",
    "nobody knows who": "U: 您好 | U: 你好",
    "empty turns": "A: | C: | A: ",
}


class NoParams(Params):
    pass


@check("broken", version=1, needs="nothing")
def check_broken(conversation: Conversation, params: NoParams) -> Draft:
    raise RuntimeError("市民的姓名")


@check("unlisted", version=1, needs="nothing")
def check_unlisted(conversation: Conversation, params: NoParams) -> Draft:
    return Draft(Verdict.MET, "because")


def made(kind: object, check_id: str) -> Check:
    return Check(CheckSpec(id=check_id, kind=kind.name, title="坏", params=NoParams()), kind)  # type: ignore


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("hangup_by", ["agent", "citizen", "unknown"])
def test_every_check_answers_once_and_none_crashes(name: str, hangup_by: str) -> None:
    ticket = Ticket(category=("城乡建设",))
    conversation = call(SCRIPTS[name], hangup_by=hangup_by, ticket=ticket)  # type: ignore[arg-type]
    findings = run_checks(conversation, checks().values())
    assert [finding.check_id for finding in findings] == list(checks())
    assert [finding.check_key for finding in findings] == [c.key for c in checks().values()]
    assert not [finding for finding in findings if finding.verdict is Verdict.ERROR]


def test_a_call_without_any_turn() -> None:
    conversation = call("A: 您好")
    empty = replace(conversation, transcript=replace(conversation.transcript, turns=()))
    verdicts = {finding.verdict for finding in run_checks(empty, checks().values())}
    assert verdicts <= {Verdict.UNSURE, Verdict.NOT_APPLICABLE, Verdict.MET}


def test_a_crash_is_a_finding_and_tells_nothing_of_the_call(caplog: pytest.LogCaptureFixture) -> None:
    broken, good = made(check_broken, "broken"), checks()["opening"]
    first, second = run_checks(call(SCRIPTS["ordinary"]), [broken, good])
    assert (first.verdict, first.reason, first.check_key) == (Verdict.ERROR, "check_failed", broken.key)
    assert second.verdict is Verdict.MET
    assert "RuntimeError" in caplog.text
    assert "T001" in caplog.text
    assert re.search(r"test_run_checks\.py:\d+", caplog.text), "where it failed"
    assert "姓名" not in caplog.text


def test_a_reason_nobody_can_translate_is_an_error() -> None:
    (finding,) = run_checks(call(SCRIPTS["ordinary"]), [made(check_unlisted, "unlisted")])
    assert finding.reason == "check_failed"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("no speech", "no_speech"), ("citizen alone", "no_agent_speech"), ("nobody knows who", "roles_unknown")],
)
def test_nobody_is_judged_on_words_nobody_can_assign(name: str, reason: str) -> None:
    for item in ("opening", "closing", "courtesy", "forbidden_phrase", "hold_notice", "interruption", "speech_rate"):
        finding = checks()[item](call(SCRIPTS[name]))
        assert (finding.verdict, finding.reason) == (Verdict.UNSURE, reason), item


def test_a_flag_on_the_transcript_says_that_roles_are_unknown() -> None:
    finding = checks()["opening"](call(SCRIPTS["ordinary"], flags=("roles_unknown",)))
    assert finding.reason == "roles_unknown"


HEAD = "A: 您好，市民服务热线，工号三零二八 | C: 我要投诉 | "


@pytest.mark.parametrize(
    ("item", "script"),
    [
        ("opening", "A: 喂，请说。 | C: 路灯坏了 | A: 好的，在哪里？"),
        ("opening", "A: 您好，市民服务热线。 | C: 路灯坏了 | A: 好的，在哪里？"),
        ("closing", HEAD + "A: 好的，请问在哪条路？ | C: 浦东大道。好的，谢谢。"),
        ("closing", HEAD + "A: 请问您的电话是多少？"),  # looks as if the citizen had left
        ("further_help", HEAD + "A: 感谢来电，再见。 | C: 再见"),
        ("hold_notice", HEAD + "A: 我看看 | A: 查到了 (gap 12) | C: 好"),
        ("hold_return", HEAD + "A: 请稍等 | A: 查到了 (gap 12) | C: 好"),
        ("long_silence", HEAD + "A: 我看看 | A: 查到了 (gap 12) | C: 好"),
        ("courtesy", HEAD + "A: 在哪里？"),
        ("agent_hangup_first", HEAD + "A: 单子下好了 | C: 可是我家楼上天天敲到半夜，这件事情"),
        ("category_match", "C: 老板拖欠我们三个月工资，劳动合同也不签，加班费也没有 | A: 公司拖欠工资，是吗？"),
    ],
)
def test_what_was_said_nowhere_may_be_in_what_is_missing_of_a_recording(item: str, script: str) -> None:
    hangup_by = "agent" if item == "agent_hangup_first" else "citizen"
    whole, damaged = (
        judge(item, script, hangup_by=hangup_by, ticket=Ticket(category=("交通运输",)), flags=flags)
        for flags in ((), ("damaged",))
    )
    assert whole.verdict in (Verdict.VIOLATED, Verdict.NOT_APPLICABLE)
    assert (damaged.verdict, damaged.reason) == (Verdict.UNSURE, "damaged_recording")
    if whole.verdict is Verdict.VIOLATED:
        assert (damaged.evidence, damaged.value) == (whole.evidence, whole.value)


@pytest.mark.parametrize(
    ("item", "script"),
    [
        ("forbidden_phrase", HEAD + "A: 你去投诉好了，随便你。"),
        ("courtesy", HEAD + "A: 你在哪里？你说一下，谢谢。"),
        ("long_silence", HEAD + "A: 请稍等 | A: 查到了 (gap 20) | C: 好"),
        ("interruption", HEAD + "C: 我家楼上的邻居每天晚上都在敲敲打打已经一个月了 | A: 我知道了您说地址吧 (gap -1.6)"),
    ],
)
def test_what_was_heard_was_heard_whatever_else_is_missing(item: str, script: str) -> None:
    assert judge(item, script, flags=("damaged",)).verdict is Verdict.VIOLATED


@pytest.mark.parametrize("script", ["C: 喂？喂？你说话呀", "C: 我还没说完呢，你怎么 | C: 这件事情你们 (gap 20)"])
def test_nobody_is_judged_whose_channel_is_silent(script: str) -> None:
    conversation = call(script, hangup_by="agent", flags=("agent_channel_silent",), ticket=Ticket())
    for finding in run_checks(conversation, checks().values()):
        assert finding.verdict in (Verdict.UNSURE, Verdict.NOT_APPLICABLE), finding.check_id
    hangup = checks()["agent_hangup_first"](conversation)
    assert (hangup.verdict, hangup.reason) == (Verdict.UNSURE, "no_agent_speech")
