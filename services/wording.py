"""The words that results are shown in."""

from collections.abc import Iterable

from callqa.messages import Joined, Message
from callqa.phrases import Likeness
from callqa.reasons import reason_message
from callqa.records import Action, AppealOutcome, AppealStage, Purpose
from callqa.scores import CallScore, ItemScore, ItemStatus
from callqa.types import Role, Verdict
from scoring.agreement.trust import Standing
from scoring.figures import Band

VERDICTS: dict[Verdict, str] = {
    Verdict.MET: "合格",
    Verdict.VIOLATED: "不合格",
    Verdict.NOT_APPLICABLE: "不适用",
    Verdict.UNSURE: "待人工判定",
    Verdict.ERROR: "检查出错",
    Verdict.NOT_ASSESSED: "未评估",
}

CONFIRMED, UNCONFIRMED = "已确认", "待确认"
"""Of a violation of a fatal item: a person said so, or only the machine."""

ROLES: dict[Role, str] = {"agent": "坐席", "citizen": "市民", "unknown": "未知"}

MARKS = {
    "roles_unknown": "无法区分说话人",
    "roles_from_content": "按谈话内容区分说话人",
    "channels_swapped": "坐席声道已按内容更正",
    "one_channel": "双方在同一声道",
    "dual_mono": "两声道内容相同",
    "agent_channel_silent": "坐席声道无声",
    "citizen_channel_silent": "市民声道无声",
    "silent": "没有语音",
    "damaged": "录音有损坏",
    "loop": "识别文字循环重复",
    "stock_phrase": "疑似模型杜撰",
    "speaker_unsure": "说话人不确定",
    "announcement": "系统播报",
    "not_chinese": "非中文",
    "no_energy": "几乎无声",
    "too_much_text": "文字多于语音",
    "too_little_text": "文字不完整",
}
"""Marks of a transcript or a turn (`callqa.types.Transcript.flags`)."""

ACTIONS: dict[Action, str] = {"confirm": "确认", "override": "改判", "manual": "人工加减分", "withdraw": "撤回"}
PURPOSES: dict[Purpose, str] = {"review": "复核", "appeal": "申诉", "calibration": "校准"}
QUEUE_REASONS = {
    "emergency": "紧急情况未引导",
    "fatal": "一票否决待确认",
    "appealed": "申诉",
    "suggested": "建议扣分待确认",
    "undecided": "待人工判定",
    "sampled": "抽检",
}
APPEAL_STAGES: dict[AppealStage, str] = {"team_lead": "班组长", "qa": "质检", "final": "终审"}
APPEAL_OUTCOMES: dict[AppealOutcome, str] = {"accept": "成立", "reject": "驳回", "forward": "转上一级"}

STANDINGS: dict[Standing, str] = {"deducts": "扣分", "suggests": "仅建议", "unverified": "未验证"}
"""What a machine's violation of an item does (`scoring.agreement.trust.standing`)."""

BANDS: dict[Band, str] = {"high": "优秀", "middle": "良好", "low": "待提高"}
"""Of an agent in the ranking (`scoring.figures.ranking`)."""

LIKENESS: dict[Likeness, str] = {Likeness.SPELLED: "原文", Likeness.SOUNDS: "同音", Likeness.ACCENT: "近音"}
"""How what was found is like what was looked for."""

NOT_HEARD = {
    "recording_missing": "找不到录音",
    "recording_unreadable": "录音无法打开",
    "recording_out_of_reach": "录音存储没有正常应答",
    "recording_changed": "入库后录音已被替换",
    "empty_file": "录音文件是空的",
    "not_audio": "文件不是录音",
    "truncated": "录音被截断或已损坏",
    "unsupported_channels": "录音声道多于两个",
    "unsupported_rate": "录音的采样率有误",
    "too_long": "录音超过时长上限",
    "too_large": "录音文件过大",
    "decoder_hung": "录音解码时间过长",
    "past_the_end": "片段超出录音",
    "not_transcribed": "没有转写文本，无法消音",
    "recording_wrong_key": "录音已加密，缺少密钥，请联系管理员",
    "recording_tampered": "加密的录音被改动或损坏",
    "removed": "录音已按保存期限删除",
    "no_room": "服务器存不下录音，请联系管理员",
}
"""Why a recording cannot be heard (`callqa.errors.AudioError.reason`)."""
NO_TEAM = "未分班组"
STAGES = {"ingest": "入库", "transcribe": "转写", "ask": "询问模型", "check": "检查"}


def verdict_name(verdict: Verdict | None) -> str:
    """Empty where there is none."""
    return VERDICTS[verdict] if verdict else ""


def verdict_words(item: ItemScore) -> str:
    return VERDICTS[as_it_stands(item)]


def as_it_stands(item: ItemScore) -> Verdict:
    """How the item stands on the sheet: its condition may leave it out, or it may wait for a person."""
    if item.status is ItemStatus.NOT_APPLICABLE:
        return Verdict.NOT_APPLICABLE
    if item.status is ItemStatus.NOT_ASSESSED:
        return Verdict.NOT_ASSESSED
    if item.status is ItemStatus.NEEDS_REVIEW and item.verdict is not Verdict.ERROR:
        return Verdict.UNSURE
    return item.verdict


def fatal_is_open(items: Iterable[ItemScore]) -> bool:
    """Whether the machine found a fatal fault that nobody has confirmed, and people none that they have."""
    by_person = [item.by_person for item in items if item.fatal]
    return bool(by_person) and not any(by_person)


def fatal_words(items: Iterable[ItemScore]) -> str | None:
    """Whether a person confirmed that a fatal item was violated, if one was; of several, one confirmed is enough."""
    by_person = [item.by_person for item in items if item.fatal]
    return (CONFIRMED if any(by_person) else UNCONFIRMED) if by_person else None


def decided_words(score: CallScore) -> str:
    """How much of the sheet the total rests on, e.g. 45/63 points."""
    return f"{score.decided_points:g}/{score.decided_points + score.open_points:g}"


def marks(flags: tuple[str, ...]) -> Joined:
    return Joined(Message(MARKS.get(flag, flag)) for flag in flags)


def reason_words(reason: str, language: str = "zh") -> str:
    """Of the reason of a finding; reports and exports have it in Chinese."""
    return reason_message(reason).text(language)


def why_not_playable(reason: str) -> str:
    """Of the reason of an `AudioError`."""
    return NOT_HEARD.get(reason, "录音无法解码")
