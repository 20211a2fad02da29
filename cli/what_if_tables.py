"""A what-if in tables, for the terminal."""

from rich.console import Console

from cli.output import chinese, rich_table
from reports.frames.what_if import summary, what_if_tables
from services.rubrics.what_if import Answer


def print_what_if(answer: Answer, console: Console) -> None:
    """What moves, in the words of a hotline."""
    moves = answer.moves
    console.print(
        f"试算：草案 {moves.draft.id} {moves.draft.version} 与现行 {'、'.join(answer.present)}；未保存任何内容",
        markup=False,
        highlight=False,
    )
    if answer.unchecked:
        checks = "、".join(f"{check}（{n} 通）" for check, n in answer.unchecked)
        console.print(
            f"{answer.n_left_out} 通未比较：草案需要的检查尚未运行：{checks}", style="yellow", highlight=False
        )
    if not moves.n:
        console.print("没有可比较的通话。")
        return
    console.print(chinese(summary(moves)), markup=False, highlight=False)
    for title, table in what_if_tables(moves).items():
        if len(table):
            console.print(rich_table(title, table))
