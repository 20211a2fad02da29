"""Words about how far a verdict of the machine, or a language model's confidence, can be trusted."""

from callqa.messages import Say
from callqa.records import Estimate, ItemTrust
from callqa.types import Finding, Verdict
from scoring import Item
from scoring.agreement.stated import FEWEST, range_of
from scoring.agreement.trust import DECIDED, floor_of, standing

FIGURES = {"kappa": "kappa", "precision": "精确率"}


def trust_words(item: Item, trust: ItemTrust | None, say: Say, asked: bool = False) -> str:
    """Empty for an item without a floor, whose violations always deduct. ``asked``: of a language model."""
    floor = floor_of(item, asked)
    if floor is None:
        return ""
    figure: Estimate | None = getattr(trust, floor.figure, None)
    name = say(FIGURES[floor.figure])
    if figure is None or figure.low is None or figure.n < floor.min_reviewed:
        counted = {"n": figure.n if figure else 0, "least": floor.min_reviewed}
        if asked:
            return say("模型的判定仅作建议，不扣分：已有 {n} 通可比，满 {least} 通后衡量", **counted)
        return say("机检判定未验证：已有 {n} 通可比，满 {least} 通后衡量", **counted)
    facts = {"figure": name, "low": f"{figure.low:.2f}", "floor": f"{floor.floor:g}", "n": figure.n}
    match standing(item, trust, asked):
        case "deducts":
            return say("机检判定可信：{figure} 下限 {low}，要求 {floor}（{n} 通）", **facts)
        case "suggests":
            return say("机检判定仅作建议，不扣分：{figure} 下限 {low}，低于要求 {floor}（{n} 通）", **facts)
        case "unverified":
            return say("机检判定未验证：不合格太少，{figure} 下限 {low} 还不能说明问题（{n} 通）", **facts)


def stated_words(finding: Finding, trust: ItemTrust | None, say: Say) -> str:
    """What a language model's confidence in this answer of it has been worth; empty where it told none."""
    if finding.confidence is None or finding.verdict not in DECIDED:
        return ""
    known = trust.stated if trust else None
    ranges = known.ranges if known and known.check_key == finding.check_key else ()
    alike = range_of(ranges, finding.verdict is Verdict.VIOLATED, finding.confidence)
    stated, n = f"{finding.confidence:.0%}", alike.right.n if alike else 0
    if alike is None or n < FEWEST or alike.right.value is None:
        return say(
            "模型自称把握 {stated}；同样有把握的回答人判过 {n} 条，满 {least} 条后衡量",
            stated=stated,
            n=n,
            least=FEWEST,
        )
    right, low, high = (f"{share or 0:.0%}" for share in (alike.right.value, alike.right.low, alike.right.high))
    facts = {"stated": stated, "right": right, "low": low, "high": high, "n": n}
    return say("模型自称把握 {stated}；同样有把握的回答中，人认为对的占 {right}（{low}–{high}，{n} 条）", **facts)
