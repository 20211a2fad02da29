"""Configuration: a draft, a second person, a publication, and everything that reads it afterwards."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import yaml
from nights import QUIET

from callqa.configuration import Content, Draft, Subject
from callqa.errors import ConfigError
from callqa.settings import Settings
from flows.night import RESCORE
from flows.runner import run_night
from flows.stage import in_this_process
from scoring.review.workdays import load_calendar
from services.configuration import drafts
from services.configuration.files import present_text, read_content
from services.context import RubricContext, open_rubric_set
from services.sampling.draw import nightly_plans
from store import open_store

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
ID = "pudong-12345"


def present(settings: Settings, subject: Subject = "rubric", name: str = ID) -> dict[str, Any]:
    """What the next run uses, as it is written."""
    with open_rubric_set(settings, for_run=True) as rubric_set:
        return dict(yaml.safe_load(present_text(rubric_set, subject, name)))


def drafted(
    settings: Settings, changes: dict[str, Any], subject: Subject = "rubric", name: str = ID, checks: str = ""
) -> Draft:
    """A draft of 王丽 with these fields, submitted."""
    with open_rubric_set(settings, for_run=True) as rubric_set:
        pk = drafts.begin(rubric_set, subject, name, "wang", NOW)
        draft = found(settings, pk)
        text = yaml.safe_dump(yaml.safe_load(draft.content.text) | changes, allow_unicode=True, sort_keys=False)
        drafts.change(rubric_set, draft, text, checks, "wang", NOW)
        drafts.submit(settings, rubric_set, found(settings, pk), "试试", "wang", NOW)
    return found(settings, pk)


def found(settings: Settings, pk: int) -> Draft:
    store = open_store(settings.database)
    try:
        draft = drafts.find(store, pk)
        assert draft
        return draft
    finally:
        store.close()


def publish(settings: Settings, draft: Draft, who: str = "li", now: datetime = NOW) -> None:
    with open_rubric_set(settings, for_run=True) as rubric_set:
        drafts.publish(settings, rubric_set, draft, who, now)


def versions(settings: Settings, *, for_run: bool = False) -> list[str]:
    with open_rubric_set(settings, for_run=for_run) as rubric_set:
        return [context.rubric.version for context in rubric_set]


def rescore(settings: Settings) -> None:
    with open_rubric_set(settings, for_run=True) as rubric_set:
        run_night(rubric_set, "rescore", RESCORE, in_this_process, QUIET)


def test_a_published_rubric_counts_from_the_next_run(scored: Settings) -> None:
    """Until then pages show the scores that there are."""
    publish(scored, drafted(scored, {"version": "2026.2", "title": "新评分表"}))
    assert versions(scored) == ["2026.1"]
    assert versions(scored, for_run=True) == ["2026.2"]
    assert present(scored)["title"] == "新评分表"
    rescore(scored)
    assert versions(scored) == ["2026.2"]


def test_of_versions_with_a_first_day_the_earlier_one_keeps_its_calls(scored: Settings) -> None:
    past, future = date(2026, 11, 10), datetime.now(UTC).date() + timedelta(days=300)
    publish(scored, drafted(scored, {"version": "b", "valid_from": future}))
    assert versions(scored, for_run=True) == ["2026.1", "b"]
    publish(scored, drafted(scored, {"version": "c", "valid_from": past}), now=NOW + timedelta(1))
    assert versions(scored, for_run=True) == ["c", "2026.1"], "it takes the place of what would begin later"


def test_a_file_that_nobody_made_a_draft_from_is_used_as_it_is(scored: Settings, tmp_path) -> None:
    publish(scored, drafted(scored, {"version": "2026.2"}))
    own = tmp_path / "own.yaml"
    own.write_text(yaml.safe_dump(present(scored) | {"version": "by hand"}, allow_unicode=True), "utf-8")
    assert versions(scored.model_copy(update={"rubric": str(own)}), for_run=True) == ["by hand"]


def test_a_check_comes_with_the_rubric_that_needs_it(scored: Settings) -> None:
    check = "- {id: own_words, kind: phrase, title: 请讲, params: {phrases: [请讲]}}\n"
    groups = present(scored)["groups"]
    groups[0]["items"].append({"id": "own_words", "title": "请讲", "points": 3, "needs": ["own_words"]})
    publish(scored, drafted(scored, {"version": "2026.2", "groups": groups}, checks=check))
    rescore(scored)
    with open_rubric_set(scored) as rubric_set:
        (context,) = rubric_set
        assert context.checks["own_words"].spec.title == "请讲"
    publish(scored, drafted(scored, {"version": "2026.3"}), now=NOW + timedelta(1))
    assert versions(scored, for_run=True) == ["2026.3"], "the check stays for later versions"


WEEKLY = {"id": "weekly", "title": "我的抽检", "every": "week", "per_agent": {"n": 4}}
YEAR = {"year": 2031, "source": "通知", "holidays": [{"name": "元旦", "first": "2031-01-01", "last": "2031-01-03"}]}


def _plans(context: RubricContext) -> list[str]:
    return [plan.title for plan in nightly_plans([context])]


@pytest.mark.parametrize(
    ("subject", "name", "changes", "look", "expected"),
    [
        ("plan", "weekly", WEEKLY, _plans, ["我的抽检"]),
        ("rules", "", {"rules": [{"reviewers": ["张三"]}]}, lambda context: bool(context.settings.review.rules), True),
        ("holidays", "2031", YEAR,
         lambda context: load_calendar(context.settings.review.holidays).is_working(date(2031, 1, 2)), False),
        ("retention", "", {"audio_days": 90, "score_days": 400},
         lambda context: (context.settings.retention.audio_days, context.settings.retention.score_days), (90, 400)),
    ],
)  # fmt: skip
def test_what_is_no_rubric_counts_at_once(scored: Settings, subject, name, changes, look, expected) -> None:
    publish(scored, drafted(scored, changes, subject, name))
    with open_rubric_set(scored) as (context, *_others):
        assert look(context) == expected


def test_nobody_agrees_to_a_draft_of_their_own(scored: Settings) -> None:
    draft = drafted(scored, {"version": "2026.2"})
    with pytest.raises(ConfigError) as refused:
        publish(scored, draft, "wang")
    assert refused.value.code == "configuration.second_person"
    assert versions(scored, for_run=True) == ["2026.1"]


def test_two_drafts_of_one_rubric_do_not_undo_each_other(scored: Settings) -> None:
    first, second = (drafted(scored, {"version": version}) for version in ("b", "c"))
    publish(scored, first)
    with pytest.raises(ConfigError) as refused:
        publish(scored, second)
    assert refused.value.code == "configuration.outdated"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "同一版本"}, "configuration.version_used"),
        ({"id": "other", "version": "2026.2"}, "configuration.other_name"),
        ({"version": "2026.2", "titel": "x"}, "file.at_line"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anybody_is_asked(scored: Settings, changes, code) -> None:
    with pytest.raises(ConfigError) as refused:
        drafted(scored, changes)
    assert refused.value.code == code


def test_what_would_stop_the_next_night_is_refused(scored: Settings) -> None:
    """A rule names an item that the new version has no more."""
    rule = {"match": {"item": ["courtesy"]}, "reviewers": ["张三"]}
    publish(scored, drafted(scored, {"rules": [rule]}, "rules", ""))
    groups = present(scored)["groups"]
    for group in groups:
        group["items"] = [item for item in group["items"] if item["id"] != "courtesy"]
    with pytest.raises(ConfigError) as refused:
        drafted(scored, {"version": "2026.2", "groups": groups})
    assert refused.value.code == "configuration.breaks"
    assert "courtesy" in refused.value.text("zh")


def test_who_sends_a_draft_back_says_why(scored: Settings) -> None:
    draft = drafted(scored, {"version": "2026.2"})
    store = open_store(scored.database)
    with pytest.raises(ConfigError):
        drafts.send_back(store, draft, " ", "li", NOW)
    drafts.send_back(store, draft, "分值太高", "li", NOW)
    store.close()
    again = found(scored, draft.pk)
    assert (again.state, again.answer) == ("open", "分值太高")


def test_the_file_of_a_shipped_rubric_is_what_one_begins_with(scored: Settings) -> None:
    with open_rubric_set(scored) as rubric_set:
        text = present_text(rubric_set, "rubric", ID)
        assert "# Default rubric" in text, "comments too, until a form changes it"
        assert read_content(rubric_set, Content("rubric", ID, text)).version == "2026.1"
