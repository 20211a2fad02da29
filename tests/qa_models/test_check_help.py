"""Help of checks, held to be true: the good example passes, the bad one does not."""

import re

import pytest
from judge import checks, verdict
from written import made

from callqa.types import Ticket

WAITED = re.compile(r"（静音(\d+)秒）")
HUNG_UP = "（坐席挂机）"
SPEAKERS = {"坐席：": "A", "市民：": "C"}
PARTS_OF_A_TICKET = {
    "request_type_match": lambda text: Ticket(request_type=text),
    "category_match": lambda text: Ticket(category=(text,)),
    "content_consistency": lambda text: Ticket(
        request_type="求助", location=text.split("，")[0], summary=text, appeal=text
    ),
}
# What came before; an opening and the words of a whole call stand for themselves.
USUAL = "A: 您好，12345热线，工号3028 | C: 我家门口的路灯坏了，在浦东大道120号门口，已经三天了 | "
HEARD_NOT_READ = {
    "interruption": "that one speaks while the other does",
    "speech_rate": "how fast it is said",
}


def played(check_id: str, lines: tuple[str, ...]) -> str:
    """The verdict on an example."""
    script, gap, ticket = [], "", None
    for line in lines:
        if waited := WAITED.fullmatch(line):
            gap = f" (gap {waited[1]})"
        elif line.startswith("工单："):
            ticket = PARTS_OF_A_TICKET[check_id](line.removeprefix("工单："))
        elif line != HUNG_UP:
            script.append(f"{SPEAKERS[line[:3]]}: {line[3:]}{gap}")
            gap = ""
    before = "" if check_id in {"opening", "courtesy"} else USUAL
    hangup_by = "agent" if HUNG_UP in lines else "citizen"
    return verdict(check_id, before + " | ".join(script), hangup_by=hangup_by, ticket=ticket)


@pytest.mark.parametrize("check_id", checks())
def test_every_shipped_check_is_explained(check_id):
    check_help = checks()[check_id].spec.help
    assert check_help is not None
    assert check_help.meaning.endswith("。")
    assert check_help.good
    assert check_help.bad
    for line in check_help.good + check_help.bad:
        assert line.startswith(("坐席：", "市民：", "工单：", "（"))


@pytest.mark.parametrize("check_id", [name for name in checks() if name not in HEARD_NOT_READ])
def test_the_examples_are_examples(check_id):
    check_help = checks()[check_id].spec.help
    assert played(check_id, check_help.good) == "met"
    assert played(check_id, check_help.bad) == "violated"


def test_better_words_about_a_check_change_no_finding():
    plain = made("phrase", "{phrases: [您好]}")
    assert made("phrase", "{phrases: [您好]}", "help: {meaning: 问好。, good: [坐席：您好]}").key == plain.key
    assert made("phrase", "{phrases: [你好]}").key != plain.key
