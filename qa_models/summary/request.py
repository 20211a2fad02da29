"""Request of a call: what the ticket tells of it, or the citizen's own words."""

import re
from collections.abc import Iterator, Sequence

from callqa.summary import SummaryPart
from callqa.types import Ticket, Turn
from qa_models.evidence import quote
from qa_models.summary.clauses import CLAUSE_END, clause_end, quoted

SHORT = 36  # characters of a part, so that another one has room
REPEATED = 0.6  # share of a text's pairs of characters that say that it was told already

CALLER = re.compile("(?:来电)?(?:市民|来电人|诉求人)(?:来电|致电)?(?=[一-龥0-9])")
"""How tickets begin; that it is the citizen who wants something goes without saying."""
TELLS = re.compile(
    "[^，,。；;：:（(]{0,8}?(?:回访|再次|反映|咨询|投诉|举报|检举|建议|表扬|称|感谢|求助|请求|要求|希望|表示|发现|询问|了解|来电|查询|申请)"
)
"""Beginnings that say what kind of request it is: 反映…, 王女士咨询…"""
WISH = re.compile("(?<=[，,。；;])(?:要求|希望|请求|建议)")
"""Where a summary goes over to the appeal, which has a field of its own."""
HANDLED = re.compile(
    "(?:^|(?<=[，,。；;]))已(?:经)?(?:当场|为其|向其|帮其|给其)?"
    "(?:解答|答复|回复|告知|解释|说明|引导|指引|转|安抚|拨打|派单|加急|联系|登记|受理|协助|提醒)[^，,。；;]*"
)
"""What a ticket's summary says of the agent's work."""

NOTHING_YET = re.compile(
    "(?:喂|嗯|哦|噢|啊|哎|唉|诶|呃|额|那个|就是|是|对|好的?|[您你侬]们?好|早上?好?|下午好|上午好|晚上好|请问|同志|师傅|小姐|先生|"
    "小姑娘|姑娘|小伙子|美女|靓女|领导|客服|麻烦(?:您|你)?|不好意思|我跟[您你侬]讲|我跟[您你侬]说|是这样的?|这样的|一二三四五|12345|"
    "吧|呀|的|了|吗)*"
)
"""A clause that says nothing of the request."""
REQUEST = re.compile(
    "(?<!不是)(?:我|想|要|来)[^，。]{0,3}(?:投诉|举报|反映|咨询|建议|表扬|求助)|提个?[一]?[个条]建议|想问|想请|想打听|请教|[来先]问一?[下声桩]"
)
FIRST_TURNS = 4  # of the citizen's, in which a request is looked for
LEAST_REQUEST, FULL_REQUEST = 6, 14  # characters of a turn that may be one, and that says something for sure


def wanted(ticket: Ticket, turns: Sequence[Turn]) -> Iterator[SummaryPart]:
    """The parts of the first line, the weightiest first."""
    written = list(_filed(ticket))
    yield from written
    if not written:
        if ticket.category:
            name = ticket.category[0][:SHORT]
            yield SummaryPart("{words}" if name.endswith("类") else "{words}类", name, field="category")
        yield from _stated(turns)


def _filed(ticket: Ticket) -> Iterator[SummaryPart]:
    """The ticket's summary, then the appeal and the place where these were not told yet."""
    words = ""
    if (part := _summary(ticket)) is not None:
        words = part.words
        yield part
    if not _repeats(ticket.appeal, words) and (part := _of_field(ticket, "appeal", "要求：{words}")) is not None:
        words += part.words
        yield part
    place = ticket.location.strip()
    if words and place and not _repeats(place, ticket.summary + ticket.appeal):
        yield SummaryPart("地点：{words}", place, field="location")


def _summary(ticket: Ticket) -> SummaryPart | None:
    text = ticket.summary
    stops = [match.start() for match in (HANDLED.search(text), WISH.search(text) if ticket.appeal else None) if match]
    return _of_field(ticket, "summary", "反映：{words}", limit=min(stops, default=len(text)))


def _of_field(ticket: Ticket, field: str, frame: str, limit: int | None = None) -> SummaryPart | None:
    """The beginning of a field, up to a clause's end."""
    text: str = getattr(ticket, field)
    opening = CALLER.match(text)
    start = opening.end() if opening else len(text) - len(text.lstrip())
    end = clause_end(text, start, SHORT, limit)
    if not re.search(r"\w", text[start:end]):
        return None
    frame = "{words}" if TELLS.match(text, start, end) else frame
    return SummaryPart(frame, quoted(text, start, end), field=field, char_start=start, char_end=end)


def _repeats(text: str, before: str) -> bool:
    """Whether most of it was told already."""
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return sum(pair in before for pair in pairs) >= REPEATED * len(pairs)


def _stated(turns: Sequence[Turn]) -> Iterator[SummaryPart]:
    """The request in the citizen's own words: where they name it, else the first that is long enough."""
    spoken = [(turn, _content(turn.text)) for turn in turns if turn.role != "agent"]
    first = [(turn, start) for turn, start in spoken if len(turn.text) - start >= LEAST_REQUEST][:FIRST_TURNS]
    named = next(((turn, start) for turn, start in first if REQUEST.search(turn.text)), None)
    full = (candidate for candidate in first if len(candidate[0].text) - candidate[1] >= FULL_REQUEST)
    chosen = named or next(full, None) or next(iter(first), None)
    if chosen is not None:
        turn, start = chosen
        end = clause_end(turn.text, start, SHORT)
        yield SummaryPart("市民称“{words}”", quoted(turn.text, start, end), evidence=quote(turn, start, end))


def _content(text: str) -> int:
    """Where the first clause begins that says something; the end of the text where none does."""
    start = 0
    for end in (*(match.start() for match in CLAUSE_END.finditer(text)), len(text)):
        clause = text[start:end].strip()
        if re.search(r"\w", clause) and not NOTHING_YET.fullmatch(clause):
            return start + len(text[start:end]) - len(text[start:end].lstrip())
        start = min(end + 1, len(text))
    return len(text)
