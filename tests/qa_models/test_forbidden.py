import pytest
from judge import judge, verdict

HEAD = "A: 您好，市民服务热线，工号三零二八 | C: 我要反映问题，你们不知道吗 | A: "


@pytest.mark.parametrize(
    "words",
    [
        "不知道。",
        "这个我不知道，你问别人吧。",
        "我不清楚，您自己去问。",
        "这个我也没办法。",
        "我们也没有办法啊。",
        "你听不懂吗？",
        "听懂了没有？",
        "不是跟您说了吗？",
        "我刚才不是已经告诉你了吗",
        "我说了多少遍了，要带身份证。",
        "你到底想干什么？",
        "您到底要怎样？",
        "随便你。",
        "随您的便。",
        "爱投诉就投诉。",
        "您要投诉就去投诉好了。",
        "这不关我的事。",
        "跟我没关系。",
        "这个不归我管。",
        "不要问我。",
        "我马上要下班了，你明天再打。",
        "我怎么知道啊。",
        "你自己看着办。",
        "你自己不会看吗",
        "那我也无能为力。",
        "嗯，這個我不知道啊",
        "我哪知道他什么时候来。",
        "您有完没完？",
        "车队在哪里我不知道，您自己去找。",
        "这个我也不清楚，您再打别的电话问问。",
        "什么时候修好我不知道。",
        "几点开门我不清楚，你到了再看。",
        "我不知道，你跟我说什么也没用。",
    ],
)
def test_taboo(words: str) -> None:
    finding = judge("forbidden_phrase", HEAD + words)
    assert finding.verdict.value == "violated"
    assert finding.evidence[0].quote


@pytest.mark.parametrize(
    "words",
    [
        "您说的具体门牌号我这边不清楚，麻烦您再说一遍。",
        "您刚才说物业不知道这件事，对吗？",
        "不知道您方不方便留一个电话？",
        "不知道您现在是不是在现场？",
        "不好意思，您的声音听不清楚，请大声一点。",
        "如果您不清楚单号，报身份证也可以。",
        "您也不知道对方姓什么，是吧？",
        "对方的名字不清楚，我就写一个女的，可以吗？",
        "您说物业讲不归他们管，是吗？",
        "您知道不知道是哪个部门？",
        "您反映晚上没办法睡觉，我记下来了。",
        "没关系，您慢慢说。",
        "有什么不清楚的地方您可以再打来。",
        "要是哪里不明白您再问我。",
        "居民都不知道这个通知，是这个情况吗？",
        "请您不要着急，慢慢讲。",
        "信号不太清楚，麻烦您换个地方。",
        "不清楚这样跟您解释您能不能理解？",
        "您要投诉的是哪一家店？",
        "请问您叫什么名字？",
        "我再跟您说一遍流程。",
        "好的，知道了。",
        # not known, and looked after at once
        "井盖是哪家的我这边不清楚，我先帮您派到街道去核实。",
        "几路车我不太清楚，我查一下告诉您。",
        "公司全称不清楚，请您说一下招牌上的字。",
        "这个代码我不清楚，转给技术人员看一看。",
        "负责人叫什么我不知道，我帮您问一下。",
        "不知道门牌也没事，说个大概位置。",
        "不清楚楼号没关系，您慢慢想。",
        "有不清楚的您直接问我。",
        "不知道的部分可以不说。",
        "一晚上不知道孩子在哪，您一定很担心。",
        "主任讲他也没办法，是吗？",
        "护士当时说不知道，对吗？",
        "窗口那边讲不清楚，是这个意思吧？",
    ],
)
def test_harmless(words: str) -> None:
    assert verdict("forbidden_phrase", HEAD + words) == "met"


@pytest.mark.parametrize(
    ("citizen", "agent"),
    [
        ("我的户口不知道往哪里迁", "您是说，您的户口不知道往哪里迁，对吗？"),
        ("他说，随便你，你去告好了", "店里的原话是随便你，你去告好了，是吧？"),
        ("保安讲这个不归我们管的", "保安讲的是这个不归我们管的，对不对？"),
        ("他们回我，爱投诉就投诉，我不怕", "他回您的是爱投诉就投诉，我不怕，我写上。"),
        ("我不清楚这个钱是怎么扣的", "好，您不清楚这个钱是怎么扣的，我登记。"),
        ("我也没办法跟他们讲道理", "您也没办法跟他们讲道理，是这个意思吧？"),
        ("窗口说你到底要干嘛呀，材料不全", "窗口的答复是你到底要干嘛呀，材料不全，我记下来了。"),
        ("他短信里写爱告就告", "短信里写的是随便你，对吗？"),
    ],
)
def test_the_citizens_own_words_may_be_repeated(citizen: str, agent: str) -> None:
    assert verdict("forbidden_phrase", f"A: 您好 | C: {citizen} | A: {agent} | C: 对") == "met"


@pytest.mark.parametrize(
    ("citizen", "agent"),
    [
        ("你是不是不知道啊", "我不知道。"),
        ("那我去投诉你", "随便你，你去投诉好了。"),
        ("那认证要多久，你不清楚吗", "要多久我也不清楚。"),
        ("你们没办法吗", "我们没办法。"),
        ("你听不懂吗", "你听不懂吗？"),
        ("哪天复审啊", "哪天复审我不知道。"),
    ],
)
def test_throwing_words_back_is_no_quotation(citizen: str, agent: str) -> None:
    assert verdict("forbidden_phrase", f"A: 您好 | C: {citizen} | A: {agent} | C: 啊") == "violated"


def test_words_of_the_citizen_do_not_count() -> None:
    assert verdict("forbidden_phrase", "A: 您好 | C: 我不知道，我也没办法，随便你 | A: 好的") == "met"


def test_the_sound_alone_accuses_nobody() -> None:
    finding = judge("forbidden_phrase", HEAD + "这个部之道")
    assert (finding.verdict.value, finding.reason) == ("unsure", "words_doubtful")


def test_a_flagged_turn_is_no_evidence() -> None:
    assert verdict("forbidden_phrase", HEAD + "不知道不知道不知道 (flag loop)") == "met"
