from dataclasses import replace

import pytest
from dummies import call
from judge import checks

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


@pytest.mark.parametrize("item", ["restate", "attitude", "content_consistency"])
def test_planned_items_cost_nobody_points(item: str) -> None:
    finding = checks()[item](call(SCRIPTS["ordinary"]))
    assert (finding.verdict, finding.reason) == (Verdict.NOT_APPLICABLE, "not_implemented")
