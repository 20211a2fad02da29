"""A rubric of two ordinary items and a fatal one."""

from scoring import Group, Item, Rubric

RUBRIC = Rubric(
    id="test",
    version="1",
    title="测试",
    fatal_cap=0,
    groups=(
        Group(
            id="all",
            title="全部",
            items=(
                Item(id="opening", title="开头语", points=6, needs=("opening",)),
                Item(id="closing", title="结束语", points=4, needs=("closing",)),
                Item(id="attitude", title="态度", points=0, fatal=True, needs=("attitude",)),
            ),
        ),
    ),
)
