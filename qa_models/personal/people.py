"""Names: what people are called, by themselves or by others, however an engine spelt it."""

import re
from collections.abc import Iterator, Sequence

from callqa.types import Turn
from qa_models.facts.mismatch import Place
from qa_models.facts.names import COMPOUND, FEMALE, MALE, NEUTRAL, SPELT, SURNAMES, split
from qa_models.facts.places import Speech, distance
from qa_models.personal.asked import ASKS_NAME, ASKS_PERSON, answers

TITLES = (
    f"{FEMALE}|{MALE}|{NEUTRAL}|老伯伯|阿伯|阿公|同学|护士|书记|科长|局长|处长|队长|站长|校长|园长|所长|院长|镇长|村长|组长|"
    "行长|店长|会计|律师|法官|教授|工程师|警察|保安|大夫|民警|辅警|社工"
)
SHORT_TITLES = "[总工哥姐嫂叔姨伯]"
"""They alone make no name of what stands before them: 翟工, but 施工."""
END = "(?=[，,。.、？?！!；;\\s的呀啊哈吧嘛呢了就好]|电话|手机|号码|我|男|女|是|$)"
STOP = "(?=[，,。.、？?！!；;\\s0-9幺]|$)"
CLAUSE = '(?:^|(?<=[，,。.、？?！!；;：:\\s“"]))'
RARE = (
    "褚卫朱尤许吕孔曹戚谢邹喻窦章奚范鲁昌俞酆鲍史费廉滕殷罗毕郝邬乐傅皮卞齐元卜伍余孟穆姚邵湛汪祁禹狄米贝臧"
    "伏宋茅熊屈祝闵席麻娄危颜郭梅刁徐邱骆樊凌虞支昝卢莫缪干解应宗丁宣贲邓郁杭洪诸左石崔吉钮龚嵇邢裴陆荣翁荀惠甄"
    "曲封芮羿储靳汲邴糜巫乌焦巴弓牧隗宓仇栾甘钭厉戎祖武符景詹束龙司韶郜蓟印怀蒲台鄂籍咸赖卓蔺屠乔闻翟谭贡劳逄"
    "姬申扶堵冉宰郦璩桑桂濮扈冀郏浦尚温庄晏柴瞿阎充慕茹宦艾容古易慎戈廖庾衡耿弘匡寇禄阙殳沃利蔚越夔隆巩聂晁"
    "敖融冷訾阚饶曾养鞠丰巢蒯查荆红游竺权逯盖桓佟谌计檀帅佴练苟原邸靖晋丛岑"
)
"""Those of 百家姓 that are no words of their own."""
KNOWN = f"(?:{COMPOUND}|[{SURNAMES}{RARE}])"
FULL = f"(?:(?:{COMPOUND})[一-龥]{{1,2}}?|[{SURNAMES}{RARE}](?![姓叫是什])[一-龥]{{1,2}}?)"

SURNAMED = re.compile(
    f"(?<![百同])(?:(?<!贵)|(?<=免贵))姓(?:氏?是)?(?P<name>{COMPOUND}|(?![名氏什啥甚的哪谁吗么呢吧啊不就也都还有没在])[一-龥])"
)
TITLED = re.compile(f"(?=(?P<name>{KNOWN}[一-龥]{{0,2}}?)(?:{TITLES}))")
"""Looks ahead only, so that 周末王女士 is also searched for 王女士."""
TWICE = re.compile(f"(?P<name>(?P<surname>[{SURNAMES}{RARE}])[一-龥]{{1,2}}(?P=surname))(?:{TITLES})")
"""薛国芳薛老师."""
NO_SURNAME = "这那位好的和跟问是请您有叫大老小男女几某个名喂嗯哦啊哎唉对行你他她我两各前后新"
MISSPELT = re.compile(
    f"{CLAUSE}(?:[好对是行]的|好|行|嗯|哦|噢|那么?)?(?P<name>(?![{NO_SURNAME}])[一-龥])(?:{FEMALE}|{MALE}|师傅|老师|同志|同学)"
)
"""A surname that an engine spelt so that it is none: 诺先生."""
INTRODUCED = re.compile(f"(?:叫(?:做|作)?|名字是?|姓名是?|全名是?|大名是?|本人)(?P<name>{FULL}){END}")
PRESENTED = re.compile(f"我是(?P<name>{FULL}){STOP}")
OTHERS_NAME = re.compile(
    f"(?:医生|护士|老师|师傅|经理|老板|主任|司机|邻居|保安|警官|民警|社工|书记|姑娘|小伙子?|同志|孩子|儿子|女儿|老公|老婆|父亲|母亲|爸爸?|妈妈?|"
    "人|[他她])"
    f"[，,]?(?:名字|大名)?(?:就|是)?叫(?:做|作)?(?P<name>[一-龥]{{2,3}}?){END}"
)
OWN_NAME = re.compile(
    f"我(?:的?(?:名字|姓名|全名|大名))?(?:(?:就|是)?叫(?:做|作)?|(?<=[名字])就?是)(?P<name>[一-龥]{{2,4}}?){END}"
)
FILED = re.compile(f"{CLAUSE}(?P<name>[{SURNAMES}{RARE}][一-龥]{{2}})(?=家?住(?![户宅房院])|反映|来电|投诉)")
"""汤慧敏反映…, as people write of a caller."""
FAMILIAR = re.compile(f"(?:小|(?<!养)老)(?P<name>[{SURNAMES}{RARE}])(?=[也急说讲在做来]|{STOP})")
NICKNAME = re.compile(
    f"(?:叫[我她他]?|[就]?写|{CLAUSE}|社工|护士|警察|师傅|邻居|我们|同事|朋友|老板|这个|那个)"
    f"(?:小|老|阿)(?P<name>[一-龥])(?=就|好|吧|嘛|来|也|急|说|讲|在|[，,。.！!？?]|$)"
)
NO_NICKNAME = re.compile(
    "[区孩时人头板师婆公妈爸爷奶太姐妹弟哥大家伙子乡店路车学狗猫姨叔伯病样化旧式事心声摊贩年早实是总本百夫费卖东西天娘"
    "舅姑爹儿女鬼朽的了]"
)
SPELT_OUT = re.compile(
    "(?P<word>[一-龥]{2,4}?)的(?P<name>(?![好对是行我你您他她它这那们一不的])[一-龥])(?P<ends>[，,。.、？?！!加吗啊呀吧]|$)?"
)
BY_PARTS = re.compile(
    f"(?:{'|'.join(SPELT)})的?(?:{'|'.join(sorted(set(SPELT.values())))})|{CLAUSE}(?:{'|'.join(SPELT)}){STOP}|[一-龥]{{1,2}}旁(?!边)的?[一-龥]?{STOP}|[一-龥]字(?:旁|头|边|底|里|下|上|加)[^，,。？?！!]{{0,8}}|(?:加|带)个?[一-龥]{{1,2}}旁"
)
WORDS = re.compile(
    "车间|任[课何]|高[级新中层兴]|关于|对于|由于|于是|周[末边围日一二三四五六]|时候|方[面便才向]|成[为了]|常[务用]|金[额融]|"
    "应该|管[理道家]|路[口边上]|包[工装括]|安[全保]|文[化明]|白[天白]|马[上路]|石[油头]|康复|江边|温度|向[您你]|连续|谢谢|"
    "万一|查[清看一询找到]|养老|明[天年]|严重|单[位元]|毛病|宣传|全部|项目|花园|田里|牛奶|龙头|曾经|水[管电]|祝.{1,4}(?:身体|健康|早日|生活|平安)"
)
"""Words that begin like a name: 车间主任, 任课老师, 祝阿姨身体健康."""
BARE = re.compile(f"[嗯啊哦呃额喂，,\\s]*(?:我|免贵|就)?(?:姓|叫|是)?(?P<name>[一-龥]{{1,4}}?){END}")
ALONE = re.compile(
    f"{CLAUSE}(?![一-龥]{{1,2}}(?:{TITLES}){STOP})(?:他|她|全名|大名)?(?:就|是|叫)*(?P<name>{FULL}){STOP}"
)
NO_NAME = re.compile(
    "[我你您他她它们的了在是有没去来这那就也都还很该不要能可对好行嗯啊哦请说讲打想问什么哪怎过个号电话手机今昨才叫退吗呢吧镇路村街区县市]|刚[刚才好]|^刚|"
    "大名|方便|匿名|免贵|谢谢|先生|女士|应该|于是|时候|阿姨|师傅|老师|同志"
)
NEAR_TITLE = re.compile(f"(?=(?P<titled>[一-龥]{{1,2}})(?:{TITLES}))|(?<=[姓叫])(?P<after>[一-龥]{{1,2}})")
NICK = re.compile("(?:小|老)(?P<name>[一-龥])")
HAN = re.compile("[一-龥]+")
SOUNDING = ("先生", "女士", "小姐", "阿姨", "师傅", "老师", "老伯", "阿婆")
"""Titles that are recognised by their sound."""
WHOLE_NAME = 3  # characters of most names; so many between two commas seldom are anything else
SAME, SAME_HEARD = 0.15, 0.3  # mean distance of syllables, as they were said and as an engine wrote them
SURNAME_LIMIT = 0.5  # distance of two surnames, one syllable each


def names(turns: Sequence[Turn], speech: Speech, filed: str) -> Iterator[Place]:
    """Where somebody's name stands, titles left out. ``speech`` is theirs; ``filed`` is the ticket's."""
    places = [*_written(turns), *_answers(turns)]
    plain = re.sub(f"[（(].*|(?:{TITLES}|{SHORT_TITLES})$|^[老小](?=.$)", "", filed)
    known = {name for name in (plain, *(place.text for place in places)) if HAN.fullmatch(name)}
    surnames = {split(name)[0] for name in known}
    yield from places
    yield from _spelt(turns, surnames)
    yield from _known(turns, surnames)
    if any(turn.confidence is not None for turn in turns):
        yield from _titled_alike(speech, surnames)
    yield from _again(speech, {name for name in known | _spelt_names(turns) if len(name) > 1})


def _written(turns: Sequence[Turn]) -> Iterator[Place]:
    for turn in turns:
        for pattern in (
            SURNAMED,
            TITLED,
            TWICE,
            MISSPELT,
            INTRODUCED,
            PRESENTED,
            NICKNAME,
            FAMILIAR,
            OWN_NAME,
            OTHERS_NAME,
            FILED,
        ):
            for match in pattern.finditer(turn.text):
                if _is_name(pattern, match):
                    yield Place(turn, *match.span("name"))


def _is_name(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    if pattern in (NICKNAME, FAMILIAR):
        return not NO_NICKNAME.match(match["name"])
    if pattern in (OWN_NAME, OTHERS_NAME):
        return not NO_NAME.search(match["name"])
    if pattern is FILED and NO_NAME.search(match["name"]):
        return False
    return pattern in (SURNAMED, MISSPELT) or not WORDS.match(match.string, match.start("name"))


def _answers(turns: Sequence[Turn]) -> Iterator[Place]:
    """任大勇, said when asked for the name, of whatever surname; 戚晓蔓, which is all of a clause."""
    asked, others = answers(turns, ASKS_PERSON, most=1), answers(turns, ASKS_NAME, by_anybody=True)
    for turn in turns:
        match = BARE.match(turn.text) if turn.index in asked else None
        if match and not NO_NAME.search(match["name"]):
            yield Place(turn, *match.span("name"))
        for match in ALONE.finditer(turn.text):
            sure = turn.index in others or len(match["name"]) == WHOLE_NAME
            if sure and not NO_NAME.search(match["name"]) and not WORDS.match(match["name"]):
                yield Place(turn, *match.span("name"))


def _spelt(turns: Sequence[Turn], surnames: set[str]) -> Iterator[Place]:
    """丰收的丰, 弓长张, 龙共龚, 召字旁的邵: the words tell the name as well as the name does."""
    ends = f"{CLAUSE}(?:(?!姓)[一-龥]){{2,3}}(?:{_any_of(surnames)}){STOP}" if surnames else ""
    for turn in turns:
        for match in _spellings(turn):
            yield Place(turn, match.start(), match.end("name"))
        for match in (*BY_PARTS.finditer(turn.text), *(re.finditer(ends, turn.text) if ends and _tells(turn) else ())):
            yield Place(turn, *match.span())


def _spelt_names(turns: Sequence[Turn]) -> set[str]:
    """闻静 of 新闻的闻，安静的静."""
    return {"".join(match["name"] for match in _spellings(turn)) for turn in turns}


def _spellings(turn: Turn) -> Iterator[re.Match[str]]:
    """丰收的丰, as a clause of its own; of a name's turn anywhere where an engine may have left out the comma."""
    anywhere = turn.confidence is not None and _tells(turn)
    for match in SPELT_OUT.finditer(turn.text):
        if match["name"] in match["word"] and (anywhere or match["ends"] is not None):
            yield match


def _tells(turn: Turn) -> bool:
    return re.search("姓|叫|名字|称呼", turn.text) is not None


def _any_of(surnames: set[str]) -> str:
    return "|".join(map(re.escape, sorted(surnames)))


def _known(turns: Sequence[Turn], surnames: set[str]) -> Iterator[Place]:
    """Surnames of the call before a title, behind 姓, 叫, 小 and 老, or with a given name, in whatever spelling."""
    with_given = re.compile(
        f"(?:{_any_of(surnames)})(?:(?={SHORT_TITLES})|(?P<given>[一-龥]{{1,2}}?)(?:{STOP}|(?=[他她的]|电话|手机)))"
    )
    for turn in turns:
        limit = SURNAME_LIMIT if turn.confidence is not None else SAME
        for match in NEAR_TITLE.finditer(turn.text):
            surname_heard = match["titled"] or match["after"]
            for n in {len(surname) for surname in surnames}:
                start = match.end("titled") - n if match["titled"] else match.start("after")
                place = Place(turn, start, start + n)
                if len(surname_heard) >= n and _sounds_like(place.text, surnames, limit):
                    yield place
        for match in NICK.finditer(turn.text):
            if not NO_NICKNAME.match(match["name"]) and _sounds_like(match["name"], surnames, limit):
                yield Place(turn, *match.span("name"))
        for match in with_given.finditer(turn.text) if surnames else ():
            given = match["given"] or ""
            if not NO_NAME.search(given) and not WORDS.match(match[0]):
                yield Place(turn, *match.span())


def _titled_alike(speech: Speech, surnames: set[str]) -> Iterator[Place]:
    """谌律士, which is 谌女士."""
    for surname in sorted(surnames):
        for title in SOUNDING:
            for place in speech.find(surname + title, SAME_HEARD):
                place = Place(place.turn, place.start, max(place.end - len(title), place.start + 1))
                if place.turn.confidence is not None and distance(place.text, surname) <= SURNAME_LIMIT:
                    yield place


def _sounds_like(spoken: str, surnames: set[str], limit: float) -> bool:
    return any(distance(spoken, surname) <= limit for surname in surnames)


def _again(speech: Speech, known: set[str]) -> Iterator[Place]:
    """Names of two characters and more wherever they are said again."""
    for name in sorted(known):
        for place in speech.find(name, SAME_HEARD if len(name) > 2 else SAME):
            if place.turn.confidence is not None or distance(place.text, name) <= SAME:
                yield place
