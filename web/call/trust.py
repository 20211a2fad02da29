"""How far the machine's word on an item can be relied on, in words."""

from callqa.records import Estimate, ItemTrust
from scoring import Item
from scoring.agreement.trust import standing
from web.wording import Words

FIGURES = {"kappa": "kappa", "precision": "精确率"}


def trust_words(item: Item, trust: ItemTrust | None, say: Words) -> str:
    """Empty for an item without a floor, whose violations always deduct."""
    floor = item.trust_floor
    if floor is None:
        return ""
    figure: Estimate | None = getattr(trust, floor.figure, None)
    name = say(FIGURES[floor.figure])
    if figure is None or figure.low is None or figure.n < floor.min_reviewed:
        n = figure.n if figure else 0
        return say("机器判定未验证：已有 {n} 通可比，满 {least} 通后衡量", n=n, least=floor.min_reviewed)
    facts = {"figure": name, "low": f"{figure.low:.2f}", "floor": f"{floor.floor:g}", "n": figure.n}
    match standing(item, trust):
        case "deducts":
            return say("机器判定可信：{figure} 下限 {low}，要求 {floor}（{n} 通）", **facts)
        case "suggests":
            return say("机器判定仅作建议，不扣分：{figure} 下限 {low}，低于要求 {floor}（{n} 通）", **facts)
        case "unverified":
            return say("机器判定未验证：不合格太少，{figure} 下限 {low} 还不能说明问题（{n} 通）", **facts)
