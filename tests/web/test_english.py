"""The desk in English: on every page of every role the only Chinese is what people, tickets and rubrics say."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from browsing import AGENT, TEAM, SignIn
from crawling import pages, read_out
from fastapi import FastAPI
from lived_in import live_in

from callqa.messages import TITLE, catalogue
from callqa.people import Role
from callqa.types import Conversation
from scoring.sampling import shipped_plans
from services.context import RubricContext
from services.sampling.draw import nightly_plans, plan_for
from store.calls import read
from web.access.request_context import LANGUAGE
from web.desk import Desk
from web.help.build import item_help

WRITTEN = "wordbyanybody"
"""What anybody writes in it, so that Chinese is none of theirs."""
EXCEPTIONS = {
    "一句话": "how whoever made them called the sessions and lists of this desk",
    "中文": "the other language, by its own name",
    "晨晖路": "an example of a search", "陈辉路": "likewise", "停水": "likewise", "物业": "likewise",
    "没有办法": "likewise", "工号": "likewise", "三零二八": "likewise",
    "曹路镇": "what a masked ticket keeps of an address", "女士": "and of a name", "姓": "and what is said",
    "你": "how a citizen is addressed, in a reason", "您": "likewise",
}  # fmt: skip
SEARCHED = ("停水", "手机", "慧敏", "银桂路")
"""By the crawl itself."""
MORE = (
    "since=2026-11-03&until=2026-11-07", f"id={AGENT}&since=2026-11-03&until=2026-11-07", "shown=all", "whose=free",
    "name=一句话", "item=hold_notice&kind=worst&month=2026-11", f"name={TEAM}&month=2026-11", "appeal=any", "fatal=yes",
)  # fmt: skip
"""What pages are asked besides, for what they only then show."""
HANZI = re.compile("[\u4e00-\u9fff]+")
CLAUSE_END = re.compile("[，。；！？]")
QUOTED = re.compile("[\u4e00-\u9fff0-9，。？！、]{2,}")


def strings(value: object) -> Iterator[str]:
    """All texts in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in (*value.keys(), *value.values()):
            yield from strings(each)
    elif isinstance(value, Iterable):
        for each in value:
            yield from strings(each)


def clauses(texts: Iterable[str]) -> Iterator[str]:
    """Texts, and their clauses: a call's summary copies some of them."""
    for text in texts:
        yield from (text, *CLAUSE_END.split(text))


def data_of(desk: Desk, rubric_context: RubricContext, calls: list[Conversation]) -> list[str]:
    """Whole texts that are nobody's to translate, of rubrics, checks, plans and tickets; the longest first."""
    texts = set(strings(rubric_context.rubric.model_dump(mode="json")))
    for check in rubric_context.checks.values():
        texts |= set(strings(check.spec.model_dump(mode="json")))
    texts |= {
        text for helped in item_help(rubric_context).values() for text in (helped.meaning, *helped.good, *helped.bad)
    }
    plans = (*nightly_plans(desk.rubric_set), *(plan_for(desk.rubric_set, name) for name in shipped_plans()))
    texts |= {text for plan in plans for text in strings(plan.model_dump(mode="json"))}
    for conversation in calls:
        texts |= {
            conversation.call.team,
            *clauses(strings(asdict(conversation.call.ticket) if conversation.call.ticket else ())),
        }
    texts -= {msgid for context, msgid in catalogue("en") if context == TITLE}
    chinese = {line for text in texts for line in text.splitlines() if HANZI.search(line)} | {*EXCEPTIONS, *SEARCHED}
    return sorted(chinese, key=len, reverse=True)


def untranslated(piece: str, data: list[str], said: str) -> list[str]:
    """Chinese in it that is neither data nor a quote of what was said."""
    piece = "\n".join(line for line in map(str.strip, piece.splitlines()) if line not in data)
    for quoted in QUOTED.findall(piece):
        piece = piece.replace(quoted, "") if quoted in said and HANZI.search(quoted) else piece
    for text in data:
        piece = piece.replace(text, "")
    return HANZI.findall(piece)


@pytest.mark.parametrize(
    "wrong",
    [
        "low=90&high=10", "low=abc", "low=101", "first=2026-11-20&last=2026-11-01", "first=2026-13-01",
        "first=1900-01-01", "appeal=x", "review=x", "call=a&call=b", f"agent={'a' * 101}",
        "&".join(f"team={n}" for n in range(201)),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_filter_is_told_in_english(sign_in: SignIn, wrong: str) -> None:
    boss = sign_in("supervisor", language="en")
    for path in ("/calls.json", "/search.json"):
        problem = boss.json(f"{path}?q=a&{wrong}")["problem"]
        assert problem
        assert not HANZI.search(problem)
    refused = boss.get(f"/calls/list.csv?{wrong}")
    assert refused.status_code == 422
    assert not HANZI.search(refused.text)


def test_an_address_that_leads_nowhere_is_answered_in_the_language_of_the_account(sign_in: SignIn) -> None:
    abroad, here = sign_in("supervisor", language="en"), sign_in("inspector")
    abroad.client.cookies.set(LANGUAGE, "zh")  # of somebody else, who used this browser before
    for path, status in (("/nowhere", 404), ("/calls/list", 404), ("/calls/list.csv/x", 404)):
        told = abroad.get(path)
        assert told.status_code == status
        assert not HANZI.search(told.text)
        assert "没有找到" in here.get(path).text
    assert not HANZI.search(abroad.post("/calls").text), "nor is a way that there is not"


def test_other_refused_addresses_are_answered_in_english(sign_in: SignIn) -> None:
    boss = sign_in("supervisor", language="en")
    for path in ("/calls.json?sort=x", "/calls.json?at=x"):
        assert not HANZI.search(boss.json(path)["problem"])
    refused = boss.get("/agents?since=2026-11-20&until=2026-11-01")
    assert "The last day must not be before the first one" in refused.text
    assert not HANZI.search("".join(read_out(refused.text)).replace("中文", ""))


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_no_page_in_english_says_anything_in_chinese(
    app: FastAPI, desk: Desk, sign_in: SignIn, samples: Path, role: Role
) -> None:
    pk = live_in(desk, sign_in, samples, told=WRITTEN, agent_id=AGENT, team=TEAM)
    rubric_context = desk.rubric_set[0]
    with desk.store.read() as c:
        ids = [row.call_pk for row in read.scores(c, rubric_context.keys)]
        calls = [
            stored.conversation
            for stored in read.conversations(c, ids, rubric_context.keys.engine_key, rubric_context.zone)
        ]
    data, said = (
        data_of(desk, rubric_context, calls),
        "\n".join(turn.text for conversation in calls for turn in conversation.transcript.turns),
    )
    browser = sign_in(role, name=f"{role}.en", language="en")
    browser.client.cookies.set(LANGUAGE, "en")
    left: dict[str, str] = {}
    for path, answer in pages(app, browser, pk, *MORE, f"key={rubric_context.rubric.key}"):
        if "html" in answer.headers.get("content-type", ""):
            transcript = path.startswith(
                ("/calls/", "/appeals/", "/calibration/judge")
            )  # where words stand by themselves
            for piece in read_out(answer.text):
                if transcript and piece in said:
                    continue
                left |= dict.fromkeys(untranslated(piece, data, said), path)
    assert left == {}
