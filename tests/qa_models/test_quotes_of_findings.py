"""Evidence of verdicts: the shortest passage that proves the point, which somebody who doubts it would believe."""

import pytest
from judge import judge

from callqa.types import Finding, Ticket

HEAD = "A: 您好，市民服务热线，工号三零二八。 | C: 我要投诉，路灯坏了三天。 | "


def shown(finding: Finding) -> list[str]:
    """Each place: its words, ``(unsaid turn:character)``, or ``(silence)``."""
    return [
        place.quote or (f"(unsaid {place.turn_index}:{place.char_start})" if place.unsaid else "(silence)")
        for place in finding.evidence
    ]


@pytest.mark.parametrize(
    ("check_id", "script", "expected"),
    [
        # a duty that is missing: the place where it belonged, beside what was said there
        ("opening", "A: 喂，请说。 | C: 路灯坏了 | A: 在哪里？", ["(unsaid 0:0)", "喂，请说。"]),
        (
            "closing",
            HEAD + "A: 好的，登记好了。您等电话吧。 | C: 谢谢，再见。",
            ["您等电话吧。", "(unsaid 2:14)"],
        ),
        (
            "further_help",
            HEAD + "A: 在哪里？ | C: 浦东大道。 | A: 感谢您的来电，再见。 | C: 再见。",
            ["(unsaid 4:0)", "感谢您的来电，再见。"],
        ),
        ("hold_notice", HEAD + "A: 嗯。 | A: 需要身份证。 (gap 12)", ["(unsaid 2:2)", "(silence)"]),
        (
            "hold_return",
            HEAD + "A: 请您稍等。 | A: 需要身份证。别的不用。 (gap 12)",
            ["(silence)", "(unsaid 3:0)", "需要身份证。"],
        ),
        ("long_silence", HEAD + "A: 嗯。 | A: 需要身份证。 (gap 12)", ["(unsaid 2:2)", "(silence)"]),
        # what called for it stands before it
        (
            "transfer_notice",
            HEAD + "A: 好的，这个给您转过去了。 | C: 转到哪里去啊？",
            ["这个给您转过去了。", "(unsaid 2:5)", "转到哪里去啊？"],
        ),
        (
            "emergency_guidance",
            "A: 您好。 | C: 快点，楼下着火了！ | A: 您贵姓？ | C: 我姓陈。 | A: 好的，登记了。",
            ["快点，楼下着火了！", "(unsaid 2:0)", "您贵姓？"],
        ),
        # every 你 in its sentence, a sentence once
        (
            "courtesy",
            HEAD + "A: 请讲。你住哪里？ | C: 浦东。 | A: 你叫什么，你电话多少？ | C: 我姓陈。",
            ["你住哪里？", "你叫什么，你电话多少？"],
        ),
        # every taboo phrase, each after what the citizen had said
        (
            "forbidden_phrase",
            HEAD + "C: 纪委电话多少？ | A: 不知道，您自己查。 | C: 那我找谁？ | A: 爱投诉就投诉，随便您。",
            ["纪委电话多少？", "不知道，您自己查。", "那我找谁？", "爱投诉就投诉，", "随便您。"],
        ),
    ],
)
def test_the_shortest_passage(check_id: str, script: str, expected: list[str]) -> None:
    finding = judge(check_id, script)
    assert finding.verdict.value == "violated"
    assert shown(finding) == expected


def test_who_is_cut_short_is_quoted_from_where_the_agent_began() -> None:
    long = "我们小区的路灯坏了三天了，没有人来修，我打了好几个电话，他们都说"
    finding = judge("interruption", f"A: 您好。 | C: {long} | A: 您先说贵姓，再说地址。 (gap -2)")
    assert shown(finding) == ["我打了好几个电话，他们都说", "您先说贵姓，再说地址。"]


def test_a_fact_that_would_be_masked_whole_is_quoted_after_the_question_before_it() -> None:
    script = "A: 您好。请问您住哪个小区？ | C: 前哨路三十号。 | A: 好的，前哨路三十号的路灯坏了，是吗？ | C: 对。"
    finding = judge(
        "content_consistency", script, ticket=Ticket(request_type="求助", location="前卫路30号", appeal="修好路灯")
    )
    assert finding.reason == "place_differs"
    assert shown(finding)[:2] == ["请问您住哪个小区？", "前哨路三十号。"]


def test_unclear_words_are_the_evidence_of_doubt_and_nothing_else_is() -> None:
    finding = judge("closing", HEAD + "A: 好的。 | C: 嗯。 | A: 亨那鞭 (confidence 0.2) | C: 好的，再见。")
    assert (finding.verdict.value, shown(finding)) == ("unsure", ["亨那鞭"])


def test_the_elements_that_lack_are_named() -> None:
    script = "A: 您好。 | C: 昨天浦东大道120号门口路灯坏了，我要投诉，希望尽快修好。 | A: 登记了，再见。 | C: 再见。"
    finding = judge("element_collection", script)
    assert finding.details is not None
    assert finding.details.missing == ("who", "reach")
