"""A call with everything known of it: whose word counts on each line, and which fields of the ticket are wrong."""

from dataclasses import replace

import pytest
from dummies import call
from judging import machine_says, open_session

from asr import describe_engine
from callqa.errors import StoreError
from callqa.settings import Settings
from callqa.types import Conversation, Ticket, Verdict
from flows.stages import check, score
from services.calls.call_file import CallFile, lines, read_call, to_confirm
from services.calls.ticket import TITLES, TicketField, ticket_fields
from services.calls.visible import bleeps_in, shown_call
from services.context import RubricContext, open_context
from services.review.reviews import new_review, review_call, review_whole
from store.calls import read, write

CALL = "call-0001"
TICKET = Ticket(
    request_type="投诉",
    category=("环境保护",),
    summary="楼下烧烤店油烟扰民",
    location="张杨路500号",
    contact_name="王女士",
    contact_phone="13800138001",
    appeal="希望有关部门处理油烟",
)
SAID = """A: 您好，浦东12345，工号3028为您服务 | C: 我要投诉，楼下烧烤店的油烟太大了，你们管一管 | A: 请问具体地址是哪里
    | C: 张杨路500号 | A: 张杨路500号是吗 | C: 对 | A: 请问您的联系电话 | C: 13800138009 | A: 13800138009对吗 | C: 对的
    | A: 请问您贵姓 | C: 我姓王 | A: 好的王女士，请问还有其他需要吗 | C: 没有了 | A: 感谢您的来电，再见"""


def file_of(context: RubricContext, call_id: str) -> CallFile:
    with context.store.read() as c:
        row = read.call_row(c, call_id)
        assert row is not None
        return read_call(context, c, row)


def put(context: RubricContext, conversation: Conversation) -> str:
    """Stores the conversation, checked and scored as it was said; its call id."""
    sha256 = "f" * 64
    recording = replace(conversation.transcript.recording, sha256=sha256)
    transcript = replace(conversation.transcript, recording=recording, engine_key=context.keys.engine_key)
    with context.store.write() as c:
        write.put_call(c, conversation.call, sha256, 1, "1:1")
        write.put_transcript(c, sha256, None, transcript, describe_engine(context.settings.asr))
        row = read.call_row(c, conversation.call.call_id)
        assert row is not None
    check(context, [row.call_pk])
    score(context, [row.call_pk])
    return conversation.call.call_id


def fields(context: RubricContext, call_id: str) -> dict[str, TicketField]:
    file = file_of(context, call_id)
    assert file.conversation is not None
    return {field.name: field for field in ticket_fields(file.conversation, list(lines(context, file)), context.checks)}


def test_a_word_of_a_person_stands_beside_the_machines(scored: Settings) -> None:
    with open_context(scored) as context:
        (call_id, verdict), *_ = machine_says(context, "opening").items()
        other = Verdict.MET if verdict is Verdict.VIOLATED else Verdict.VIOLATED
        before = {line.item.id: line for line in lines(context, file_of(context, call_id))}["opening"]
        review_call(context, new_review(call_id, "opening", "override", "王丽", verdict=other, reason="听得清楚"))
        after = {line.item.id: line for line in lines(context, file_of(context, call_id))}["opening"]
        review_call(context, new_review(call_id, "opening", "withdraw", "王丽"))
        withdrawn = {line.item.id: line for line in lines(context, file_of(context, call_id))}["opening"]
        actions = [(review.action, review.author) for review in file_of(context, call_id).reviews]
    assert (before.review, before.machine.verdict, before.counts.verdict) == (None, verdict, verdict)
    assert after.review is not None
    assert (after.review.author, after.machine.verdict, after.counts.verdict) == ("王丽", verdict, other)
    assert before.finding is not None
    assert before.finding.verdict is verdict
    assert withdrawn == before
    assert actions == [("override", "王丽"), ("withdraw", "王丽")]


def test_a_call_without_a_score_has_no_lines(scored: Settings) -> None:
    with open_context(scored) as context:
        with context.store.write() as c:
            row = read.call_row(c, CALL)
            assert row is not None
            write.put_call(c, replace(row.call, call_id="new"), "e" * 64, 1, "1:1")
        file = file_of(context, "new")
        assert (file.conversation, file.machine, file.sheet, list(lines(context, file))) == (None, None, None, [])


def test_answers_of_a_calibration_under_way_are_no_words_of_people(scored: Settings) -> None:
    with open_context(scored) as context:
        open_session(context, "11月", [CALL], ["opening"])
        word = new_review(CALL, "opening", "override", "甲", verdict=Verdict.MET, purpose="calibration", session="11月")
        review_call(context, word)
        file = file_of(context, CALL)
    assert (file.sessions, file.reviews) == (("11月",), ())


def test_the_field_that_differs_is_marked_with_what_was_said(settings: Settings) -> None:
    with open_context(settings) as context:
        ticket = fields(context, put(context, call(SAID, ticket=TICKET)))
    assert list(ticket) == [name for name in TITLES if getattr(TICKET, name)]
    (doubt,) = ticket["contact_phone"].doubts
    assert (doubt.item_id, doubt.reason, doubt.sure) == ("content_consistency", "phone_differs", True)
    assert [place.quote for place in doubt.evidence] == ["请问您的联系电话", "13800138009", "13800138009对吗"]
    assert [name for name, field in ticket.items() if field.doubts and name != "category"] == ["contact_phone"]


def test_a_field_that_is_missing_is_shown_empty(settings: Settings) -> None:
    with open_context(settings) as context:
        ticket = fields(context, put(context, call(SAID, ticket=replace(TICKET, contact_phone="", district=""))))
    assert "district" not in ticket
    assert (ticket["contact_phone"].value, ticket["contact_phone"].doubts[0].reason) == ("", "phone_missing")


@pytest.mark.parametrize(("verdict", "marked"), [(Verdict.MET, False), (Verdict.VIOLATED, True)])
def test_what_a_person_found_right_is_not_marked(settings: Settings, verdict: Verdict, marked: bool) -> None:
    with open_context(settings) as context:
        call_id = put(context, call(SAID, ticket=TICKET))
        review_call(
            context, new_review(call_id, "content_consistency", "override", "王丽", verdict=verdict, reason="听过")
        )
        assert bool(fields(context, call_id)["contact_phone"].doubts) == marked


def test_without_a_ticket_there_are_no_fields(settings: Settings) -> None:
    with open_context(settings) as context:
        assert fields(context, put(context, call(SAID))) == {}


def test_whoever_need_not_know_sees_and_hears_no_numbers_and_names(settings: Settings) -> None:
    with open_context(settings) as context:
        call_id = put(context, call(SAID, ticket=TICKET))
        word = new_review(
            call_id, "opening", "override", "王丽", verdict=Verdict.MET, reason="王女士的电话是13800138009"
        )
        review_call(context, word)
        with context.store.read() as c:
            row = read.call_row(c, call_id)
            assert row is not None
            whole = shown_call(context, c, row, discreet=False)
            masked = shown_call(context, c, row, discreet=True)
            bleeps = bleeps_in(context, c, row)
    for text in ("13800138009", "13800138001", "张杨路", "王女士"):
        assert text in repr(whole)
        assert text not in repr(masked)
    (doubt,) = next(field for field in masked.ticket if field.name == "contact_phone").doubts
    assert {place.quote for place in doubt.evidence} == {"请问您的联系电话", "***********", "***********对吗"}
    assert masked.stretches == whole.stretches
    assert [line.counts for line in masked.lines] == [line.counts for line in whole.lines]
    assert bleeps


def test_without_a_transcript_nobody_can_tell_what_to_bleep(scored: Settings) -> None:
    with open_context(scored) as context:
        with context.store.write() as c:
            known = read.call_row(c, CALL)
            assert known is not None
            write.put_call(c, replace(known.call, call_id="new"), "e" * 64, 1, "1:1")
        with context.store.read() as c:
            row = read.call_row(c, "new")
            assert row is not None
            assert bleeps_in(context, c, row) is None
            assert shown_call(context, c, row, discreet=True).ticket == ()


def test_a_whole_sheet_is_stored_or_nothing_of_it(scored: Settings) -> None:
    words = [
        new_review(CALL, "opening", "override", "王丽", verdict=Verdict.MET, reason="听过"),
        new_review(CALL, "no_such_item", "override", "王丽", verdict=Verdict.MET, reason="听过"),
    ]
    with open_context(scored) as context:
        before = file_of(context, CALL)
        with pytest.raises(StoreError, match="no rubric has this item"):
            review_whole(context, words)
        assert file_of(context, CALL) == before
        whole = [
            new_review(CALL, line.item.id, "confirm", "王丽", verdict=line.machine.verdict)
            for line in to_confirm(lines(context, before))
        ]
        done = review_whole(context, whole)
        after = file_of(context, CALL)
        assert (done.before, done.after) == (before.sheet, after.sheet)
        assert list(to_confirm(lines(context, after))) == []
        assert review_whole(context, whole).before == after.sheet, "what was said already is not said again"
        assert file_of(context, CALL).reviews == after.reviews
