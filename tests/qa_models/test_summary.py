"""Summaries without a language model: what each line says of many different calls, and where every part comes from."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dummies import call
from hypothesis import given
from hypothesis import strategies as st

from callqa.personal import Personal
from callqa.settings import Settings
from callqa.summary import LONGEST, Summary, SummaryPart, in_a_row
from callqa.types import Call, Conversation, Evidence, Hangup, Ticket, Turn
from qa_models.personal.spans import personal_spans
from qa_models.personal.ticket import ticket_spans
from qa_models.summary.clauses import clause_end, quoted
from qa_models.summary.summarise import summarise
from services.evaluation.labelled import read_truths, true_conversations
from services.privacy.mask import mask_summary, mask_ticket

LABELLED = Path(__file__).parents[1] / "calls"
FULL = Ticket(
    "投诉",
    ("城乡建设", "住房保障与房地产"),
    "市民反映电梯停运一周，物业未修。",
    "三林镇杉桥路91弄5号",
    appeal="要求尽快修好电梯",
)


def lines(conversation: Conversation) -> tuple[str, str]:
    summary = summarise(conversation.call, conversation.turns)
    return in_a_row(summary.wanted).text("zh"), in_a_row(summary.outcome).text("zh")


def labelled() -> dict[str, Conversation]:
    truths = {truth.call_id: truth for truth in read_truths(LABELLED)}
    return dict(true_conversations(Settings(), LABELLED, truths))


@pytest.mark.parametrize(
    ("name", "wanted", "outcome"),
    [
        (
            "H101",
            "反映家中自来水今早六点多起停水，未见通知，整栋楼可能均无水，家中有产妇，要求：尽快派人抢修恢复供水",
            "已登记求助工单，承诺2小时内联系",
        ),
        (
            "H102",
            "咨询1966年11月出生男职工的退休时间、弹性提前退休条件及外省缴费年限，了解退休时间及外省缴费年限是否转入",
            "已登记咨询工单，已解答并转接12333",
        ),
        (
            "H109",
            "回访：顶楼1802室违法搭建阳光房，城管已发责令改正通知书，要求重新处理并拆除违建",
            "已登记咨询工单，承诺15个工作日内答复",
        ),
        (
            "H112",
            "反映上海汇灵餐饮管理有限公司拖欠其8月至10月三个月工资共27000元，要求尽快补发拖欠的工资27000元",
            "已登记投诉工单，市民中途挂断",
        ),
        ("H207", "称赞塘桥街道蓝桂居委会社工小芮，希望街道知晓并表扬社工小芮", "已登记其他类工单"),
        (
            "H208",
            "反映今早7点多北蔡镇莲园路鹏海小区33号401家中厨房有燃气味，老人头晕，请求燃气公司上门抢修",
            "已登记求助工单，已引导撤离并拨打119、120，转接上海燃气的抢修热线",
        ),
        (
            "K209",
            "投诉旅行社临时取消十月二十号的千岛湖老年团，承诺退款三千二百元至今未到账，要求旅行社退还团费3200元",
            "已登记投诉工单，坐席先挂机，未道别",
        ),
        (
            "K203",
            "投诉在川沙新镇一处工地做木工，包工头拖欠三个月工资，共两万七千元，要求追讨拖欠的工资，地点：川沙新镇宏旺路工地",
            "已登记投诉工单，已告知其自行前往劳动监察部门",
        ),
    ],
)
def test_labelled_calls(name: str, wanted: str, outcome: str) -> None:
    assert lines(labelled()[name]) == (wanted, outcome)


@pytest.mark.parametrize(
    ("name", "wanted", "outcome"),
    [
        (
            "H101",
            "市民称“我家里自来水从今天早上六点多开始，一滴都没有了，楼下也没贴通知”",
            "坐席称已登记，承诺2小时内联系",
        ),
        ("H105", "市民称“我要投诉一家美发店，我在他们那里充了五千块的卡，才剪了两次头，昨天去一看”", "坐席称将登记"),
        (
            "K206",
            "市民称“快点快点，我们楼里煤气味道老重老重的，二楼那个表箱嘶嘶嘶在响”",
            "坐席称将登记，承诺10分钟内到场",
        ),
        ("K212", "市民称“想表扬一个警察。请问您是几号话务员？我好一起谢谢你们”", ""),
        ("K221", "市民称“我是党员，刚从外省公司跳槽到浦东这边，新单位人少，没有党支部”", "转接其他坐席"),
    ],
)
def test_calls_without_a_ticket_are_told_in_the_words_of_the_call(name: str, wanted: str, outcome: str) -> None:
    conversation = labelled()[name]
    assert lines(replace(conversation, call=replace(conversation.call, ticket=None))) == (wanted, outcome)


@pytest.mark.parametrize(
    ("ticket", "wanted"),
    [
        (FULL, "反映电梯停运一周，物业未修，要求尽快修好电梯，地点：三林镇杉桥路91弄5号"),
        (replace(FULL, summary=""), "要求尽快修好电梯，地点：三林镇杉桥路91弄5号"),
        (replace(FULL, summary="", appeal="尽快修好"), "要求：尽快修好，地点：三林镇杉桥路91弄5号"),
        (
            replace(FULL, summary="电梯坏了，要求尽快修好电梯"),
            "反映：电梯坏了，要求尽快修好电梯，地点：三林镇杉桥路91弄5号",
        ),
        (replace(FULL, location="", appeal=""), "反映电梯停运一周，物业未修"),
        (replace(FULL, summary="三林镇杉桥路91弄5号电梯停运", appeal=""), "反映：三林镇杉桥路91弄5号电梯停运"),
        (Ticket(category=("城乡建设",)), "城乡建设类，市民称“我们楼的电梯坏了一个礼拜没人修”"),
        (Ticket(category=("公用事业类", "供水")), "公用事业类，市民称“我们楼的电梯坏了一个礼拜没人修”"),
        (Ticket(), "市民称“我们楼的电梯坏了一个礼拜没人修”"),
        (None, "市民称“我们楼的电梯坏了一个礼拜没人修”"),
        (replace(FULL, summary="  \n", appeal="。", location=""), "城乡建设类，市民称“我们楼的电梯坏了一个礼拜没人修”"),
    ],
)
def test_the_ticket_tells_what_is_wanted_as_far_as_it_is_filled(ticket: Ticket | None, wanted: str) -> None:
    assert lines(call("A: 您好 | C: 喂，你好，我们楼的电梯坏了一个礼拜没人修。", ticket=ticket))[0] == wanted


@pytest.mark.parametrize(
    ("script", "quoted_words"),
    [
        ("A: 您好 | C: 喂 | C: 你好 | C: 那个，我想问一下医保卡怎么补办", "我想问一下医保卡怎么补办"),
        ("A: 您好 | C: 小姑娘啊，我跟你讲，楼上天天漏水漏到我家里", "楼上天天漏水漏到我家里"),
        ("A: 您好 | C: 就是路灯的事情啊你们听我说 | A: 您说 | C: 我要投诉路灯坏了没人修", "我要投诉路灯坏了没人修"),
        ("A: 您好 | C: ……，……，我们小区停水了", "我们小区停水了"),
        ("A: 您好 | C: 我不是来投诉的，我来表扬一个司机", "我不是来投诉的，我来表扬一个司机"),
        ("A: 您好 | U: 我们小区停水两天了你们管不管", "我们小区停水两天了你们管不管"),
        (
            "A: 您好 | C: 停水停水停水停水停水停水停水停水停水停水停水停水停水停水停水停水停水停水停水停水停水",
            "停水" * 18 + "…",
        ),
        ("A: 您好 | C: 我要投诉路灯坏了没人修 (flag loop) | C: 路灯坏了三个月了啊啊啊啊", "路灯坏了三个月了啊啊啊啊"),
    ],
)
def test_the_turn_that_states_the_request(script: str, quoted_words: str) -> None:
    assert lines(call(script))[0] == f"市民称“{quoted_words}”"


@pytest.mark.parametrize("script", ["A: 您好", "A: 您好 | C: 喂", "C: 嗯，好的，谢谢 | C: 你好，是的。", "C: "])
def test_nothing_is_made_up_where_nothing_was_said(script: str) -> None:
    assert lines(call(script, hangup_by="unknown")) == ("", "")
    assert not summarise(call(script, hangup_by="unknown").call)


@pytest.mark.parametrize(
    ("agent", "outcome"),
    [
        ("三个工作日内会有人给您回复", "承诺3个工作日内回复"),
        ("按规定五个工作日之内要给您答复的", "承诺5个工作日内答复"),
        ("二十四小时以内他们会联系您", "承诺24小时内联系"),
        ("半小时内给您打电话", "承诺半小时内回电"),
        ("两个礼拜左右办结", "承诺2个礼拜左右办结"),
        ("15个工作日内反馈", "承诺15个工作日内反馈"),
        ("明天上午就会有师傅上门", "承诺明天上午上门"),
        ("三天内答复，哦不好意思，五天内答复", "承诺5天内答复"),
        ("十分钟之内抢修车一定到您楼下", "承诺10分钟内到场"),
        ("三天内能不能修好，我不能替他们保证", ""),
        ("我不能保证三天内给您回复", ""),
        ("如果三天内没有人联系您，请再打来", ""),
        ("您上次是三天内收到回复的吗", ""),
        ("您十天以内自己拆掉", ""),
        ("您等了多少个工作日", ""),
    ],
)
def test_times_that_were_promised(agent: str, outcome: str) -> None:
    assert lines(call(f"C: 路灯坏了 | A: {agent} | C: 好的，再见。"))[1] == outcome


def test_what_the_citizen_demands_is_no_promise() -> None:
    assert lines(call("A: 您好 | C: 你们三天内给我回复 | A: 再见"))[1] == ""


@pytest.mark.parametrize(
    ("agent", "outcome"),
    [
        ("我帮您转接公积金热线，请您不要挂机", "转接公积金热线"),
        ("我给您转过去，请稍等", "转接其他坐席"),
        ("这就转到12333", "转接12333"),
        ("我把工单帮您转给街道处理", ""),
        ("我帮您转交街道处理", ""),
        ("如果需要我帮您转接公积金热线", ""),
        ("我帮您转接公积金热线 | A: 不好意思，那边占线，接不进去", ""),
    ],
)
def test_transfers(agent: str, outcome: str) -> None:
    assert lines(call(f"C: 公积金怎么提取 | A: {agent} | C: 好的谢谢。"))[1] == outcome


@pytest.mark.parametrize(
    ("script", "hangup_by", "outcome"),
    [
        ("A: 请问您贵姓 | C: 你们什么态度", "citizen", "市民中途挂断"),
        ("A: 你自己去找物业 | C: 哎我还没讲完呢", "agent", "坐席先挂机，未道别"),
        ("A: 请问您贵姓 | C: 我姓", "system", "通话中断"),
        ("A: 感谢来电，再见 | C: 再见", "citizen", ""),
        ("A: 感谢来电，在见 | C: 在见", "citizen", ""),
        ("A: 请问您贵姓 | C: 我姓", "unknown", ""),
        ("A: 我帮您转接公积金热线 | C: 转到哪里", "system", "转接公积金热线"),
    ],
)
def test_calls_that_broke_off(script: str, hangup_by: Hangup, outcome: str) -> None:
    assert lines(call(f"C: 公积金提取的事情 | {script}", hangup_by=hangup_by))[1] == outcome


@pytest.mark.parametrize(
    ("ticket", "script", "outcome"),
    [
        (
            Ticket("咨询"),
            "C: 要带什么 | A: 带身份证就行 | C: 哦，明白了，谢谢 | A: 再见",
            "已登记咨询工单，已当场答复",
        ),
        (Ticket("咨询"), "C: 要带什么材料 | A: 我帮您登记，请部门答复 | C: 明白了，谢谢 | A: 再见", "已登记咨询工单"),
        (Ticket("投诉"), "C: 太吵了 | A: 夜里不许施工的 | C: 哦，明白了，谢谢 | A: 再见", "已登记投诉工单"),
        (Ticket(summary="市民咨询医保，已解答。"), "C: 医保 | A: 再见", "已登记工单，已解答"),
        (
            Ticket("其他", summary="市民咨询医保，已转接12393"),
            "C: 医保 | A: 我帮您转接医保热线",
            "已登记其他类工单，已转接12393",
        ),
        (
            Ticket("求助", summary="厨房漏气，已转燃气抢修热线"),
            "C: 漏气 | A: 帮您转接燃气热线",
            "已登记求助工单，已转燃气抢修热线",
        ),
        (None, "C: 太吵了 | A: 已经给您登记了 | C: 谢谢 | A: 再见", "坐席称已登记"),
        (None, "C: 太吵了 | A: 我帮您登记一下，请问贵姓 | C: 谢谢 | A: 再见", "坐席称将登记"),
        (None, "C: 太吵了 | A: 您之前登记过吗 | C: 没有，谢谢 | A: 再见", ""),
    ],
)
def test_what_the_agent_did(ticket: Ticket | None, script: str, outcome: str) -> None:
    assert lines(call(script, ticket=ticket))[1] == outcome


def test_both_lines_as_one() -> None:
    conversation = call("C: 电梯坏了 | A: 三个工作日内给您回复 | C: 好的再见", ticket=FULL)
    line = summarise(conversation.call, conversation.turns).line
    assert line.text("zh") == (
        "反映电梯停运一周，物业未修，要求尽快修好电梯，地点：三林镇杉桥路91弄5号；已登记投诉工单，承诺3个工作日内回复"
    )
    assert line.text("en").endswith("; ticket filed: 投诉, promised: 3个工作日内回复")


def test_a_call_that_is_not_transcribed_is_told_by_its_ticket() -> None:
    bare = Call("C1", "3028", datetime(2026, 11, 2, 9, tzinfo=UTC), "", hangup_by="citizen", ticket=FULL)
    assert [part.field for part in summarise(bare).wanted] == ["summary", "appeal", "location"]
    assert [part.field for part in summarise(bare).outcome] == ["request_type"]


# Of any call: each part is in the call or in the ticket, no line is too long, and masking leaves nothing personal.

pieces = st.sampled_from(
    [
        *(
            "您好",
            "喂",
            "我要投诉物业",
            "电梯坏了三天没人修",
            "三个工作日内给您回复",
            "我帮您转接供水热线",
            "请问您贵姓",
            "我姓王，叫王建国",
        ),
        *(
            "电话13812345678",
            "电话幺三八幺二三四五六七八",
            "住在银桂路18号402室",
            "已经给您登记了",
            "再见",
            "我想问一下退休年龄",
            "（外地",
        ),
        *("共46万余元", "明白了", "你们什么态度", "……", " ", "abc", "2026.11"),
    ]
)
texts = st.lists(st.tuples(pieces, st.sampled_from(["，", "。", "？", "", "、", "；"])), max_size=8).map(
    lambda them: "".join(words + sign for words, sign in them)
)
tickets = st.builds(
    Ticket,
    request_type=st.sampled_from(["", "投诉", "咨询", "其他", "一种名称特别特别长的诉求类型"]),
    category=st.sampled_from([(), ("城乡建设", "供水")]),
    summary=texts,
    location=st.sampled_from(["", "北蔡镇", "北蔡镇银桂路18号402室", "路" * 70, "银桂路18号"]),
    contact_name=st.sampled_from(["", "王建国"]),
    contact_phone=st.sampled_from(["", "13812345678"]),
    appeal=texts,
)


@st.composite
def calls(draw: st.DrawFn) -> Conversation:
    turns = draw(st.lists(st.tuples(st.sampled_from(["agent", "citizen", "unknown"]), texts), max_size=8))
    hangup: Hangup = draw(st.sampled_from(["agent", "citizen", "system", "unknown"]))
    conversation = call("A: 您好", ticket=draw(st.none() | tickets), hangup_by=hangup)
    spoken = tuple(Turn(n, role, 2.0 * n, 2.0 * n + 1, text) for n, (role, text) in enumerate(turns))  # type: ignore[arg-type]
    return replace(conversation, transcript=replace(conversation.transcript, turns=spoken))


def parts_of(summary: Summary) -> tuple[SummaryPart, ...]:
    return summary.wanted + summary.outcome


def is_in(place: Evidence, conversation: Conversation) -> bool:
    turn = next(turn for turn in conversation.turns if turn.index == place.turn_index)
    return turn.text[place.char_start : place.char_end] == place.quote != ""


@given(calls())
def test_each_part_has_a_source_that_is_there(conversation: Conversation) -> None:
    ticket = conversation.call.ticket or Ticket()
    for part in parts_of(summarise(conversation.call, conversation.turns)):
        assert part.evidence or part.field
        if part.evidence:
            assert is_in(part.evidence, conversation)
            verbatim = part.words in ("", part.evidence.quote, part.evidence.quote + "…")
            assert verbatim or part.frame == "承诺{words}"
        elif part.words:
            value = ticket.category[0] if part.field == "category" else str(getattr(ticket, part.field))
            words = value[part.char_start : part.char_end] if part.char_end else part.words
            assert words in value
            assert part.words in (words, words + "…")
        else:
            assert getattr(ticket, part.field)


@given(calls())
def test_no_line_is_longer_than_the_longest_masked_or_not(conversation: Conversation) -> None:
    summary = summarise(conversation.call, conversation.turns)
    for shown in (summary, masked(summary, conversation), mask_summary(summary, conversation.call.ticket, None)):
        for line in (shown.wanted, shown.outcome):
            assert len(in_a_row(line).text("zh")) <= LONGEST


def masked(summary: Summary, conversation: Conversation) -> Summary:
    ticket = conversation.call.ticket or Ticket()
    personal = Personal(personal_spans(conversation), ticket_spans(ticket))
    return mask_summary(summary, conversation.call.ticket, personal)


@given(calls())
def test_masked_lines_hold_nothing_personal(conversation: Conversation) -> None:
    summary = summarise(conversation.call, conversation.turns)
    for shown in (masked(summary, conversation), mask_summary(summary, conversation.call.ticket, None)):
        text = shown.line.text("zh") + "".join(part.evidence.quote for part in parts_of(shown) if part.evidence)
        for secret in ("13812345678", "幺三八幺二三四五六七八", "王建国", "银桂路18号"):
            assert secret not in text


@given(calls())
def test_masked_parts_are_those_of_the_masked_ticket(conversation: Conversation) -> None:
    ticket = conversation.call.ticket
    if ticket is not None:
        hidden = mask_ticket(ticket)
        for part in masked(summarise(conversation.call, conversation.turns), conversation).wanted:
            if part.field in ("summary", "appeal", "location"):
                assert part.words.removesuffix("…") in getattr(hidden, part.field)


@pytest.mark.parametrize(
    ("text", "start", "longest", "shown"),
    [
        ("停水了，没人修，急", 0, 8, "停水了，没人修"),
        ("停水了没人修急死人", 0, 5, "停水了没人…"),
        ("收费12800元整", 0, 5, "收费…"),
        ("母亲（外地户籍，住上钢）要打针，急", 0, 16, "母亲（外地户籍，住上钢）要打针"),
        ("停水。", 0, 8, "停水"),
        ("停水，……", 0, 8, "停水"),
        ("喂，停水了", 2, 8, "停水了"),
        ("", 0, 8, ""),
    ],
)
def test_a_quote_ends_with_a_clause(text: str, start: int, longest: int, shown: str) -> None:
    assert quoted(text, start, clause_end(text, start, longest)) == shown
