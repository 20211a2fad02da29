"""Rubrics for the tests: short to write, and drawn at random with every field."""

from hypothesis import strategies as st

from callqa.types import LETTERS, VERDICT_OF
from scoring import Rubric

ALL_LETTERS = "".join(LETTERS.values()) + "".join(LETTERS.values()).lower()
letters_of_one = st.sampled_from(ALL_LETTERS)


def make(*groups: dict[str, object], **fields: object) -> Rubric:
    """A rubric whose items need the check of their own name."""
    sheet = []
    for g, group in enumerate(groups):
        items = [{"title": f"项 {item['id']}", "needs": [item["id"]], **item} for item in group["items"]]  # type: ignore[attr-defined]
        sheet.append({"id": f"g{g}", "title": "组", **group, "items": items})
    return Rubric.model_validate(
        {"id": "test", "version": "1", "title": "测试", "fatal_cap": 0, **fields, "groups": sheet}
    )


def put(verdict_string: str, rubric: Rubric, **others: str) -> str:
    """The verdict string with the letters of some items, by id, changed."""
    return "".join(others.get(item.id, letter) for item, letter in zip(rubric.items, verdict_string, strict=True))


def met_but(rubric: Rubric, **others: str) -> str:
    return put("M" * len(rubric.items), rubric, **others)


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    """Any sound rubric: one to three groups, with or without weights, every effect, conditions, caps."""
    n_groups = draw(st.integers(1, 3))
    groups = [_group(draw, g) for g in range(n_groups)]
    if draw(st.booleans()):
        cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=n_groups - 1, max_size=n_groups - 1)))
        for group, low, high in zip(groups, [0, *cuts], [*cuts, 100], strict=True):
            group["weight"] = high - low
    caps = {"fatal_cap": draw(st.sampled_from((0, 30, 80))), "min_decided": draw(st.sampled_from((0, 0.5, 0.9)))}
    if any(item.get("critical") for group in groups for item in group["items"]):  # type: ignore[attr-defined]
        caps["critical_cap"] = 59
    return make(*groups, **caps)


def _group(draw: st.DrawFn, g: int) -> dict[str, object]:
    """An item that others may depend on, then some of every kind; those that depend on it and earn weigh less."""
    gate: dict[str, object] = {"id": f"gate{g}", "points": draw(st.integers(1, 20)), "critical": draw(st.booleans())}
    points_left = int(gate["points"])  # type: ignore[call-overload]
    items = [gate]
    for i in range(draw(st.integers(0, 4))):
        item: dict[str, object] = {"id": f"item{g}_{i}", "points": draw(st.integers(1, 20))}
        kind = draw(st.sampled_from(("earn", "earn_if", "bonus", "bonus_if", "penalty", "penalty_if", "fatal")))
        if kind == "fatal":
            item |= {"points": 0, "fatal": True}
        elif kind in ("earn", "penalty", "penalty_if"):
            item["critical"] = draw(st.booleans())
        if kind.startswith(("bonus", "penalty")):
            item["effect"] = kind.removesuffix("_if")
        if kind == "penalty_if":
            item["only_if"] = {"item": gate["id"], "verdict": "violated"}
        elif kind.endswith("_if"):
            item["only_if"] = {"item": gate["id"], "verdict": draw(st.sampled_from(("met", "not_applicable")))}
        if kind == "earn_if":
            item["points"] = draw(st.integers(1, points_left)) if points_left else 0
            points_left -= int(item["points"])  # type: ignore[call-overload]
            if not item["points"]:
                continue
        items.append(item)
    return {"items": items}


def sheets(rubric: Rubric) -> st.SearchStrategy[str]:
    """Letters for the items of a rubric."""
    return st.lists(letters_of_one, min_size=len(rubric.items), max_size=len(rubric.items)).map("".join)


__all__ = ["ALL_LETTERS", "VERDICT_OF", "letters_of_one", "make", "met_but", "put", "rubrics", "sheets"]
