"""`callqa train attitude`: the classifier of utterances, trained on a hotline's own labels."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from callqa.messages import terminal_text as _
from services.progress import training_bar

console = Console(stderr=True)


def train_attitude(
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="Tab-separated lines: group, label, line before, line. May be given several times.",
            show_default="the shipped lines",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            help="Hugging Face model, name or folder, to fine-tune.", show_default="the small model that ships"
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the trained model.")] = Path("attitude-model"),
    epochs: Annotated[int, typer.Option(min=1, help="With --base: passes over the data at most.")] = 5,
    rate: Annotated[float, typer.Option(min=0, help="With --base: highest step size.")] = 3e-5,
    seed: Annotated[int, typer.Option(help="The same data and seed give the same model.")] = 0,
) -> None:
    """Train the classifier of what agents say: rude, brushing off, promising too much, giving away private data."""
    from qa_models.own_model import own_model
    from training.utterance.corpus import CORPORA, read_corpus
    from training.utterance.fine_tune import Schedule
    from training.utterance.train import fine_tuned, train_linear

    own_model(str(out))  # refused before hours of training
    examples = read_corpus(*(data or (CORPORA / "manners.tsv", CORPORA / "everyday.tsv")))
    with training_bar(console) as bar:
        task = bar.add_task(_("reading"), total=1.0)

        def show(text: str, share: float) -> None:
            bar.update(task, description=text, completed=share)

        if base is None:
            model, held = train_linear(examples, seed, show)
        else:
            model, held = fine_tuned(base, examples, Schedule(epochs, rate, seed), show)
    model.save(out)
    console.print(
        _(
            "{n} lines, {n_labels} labels; on {n_held} lines held out: {right:.1%} right, macro F1 {macro:.3f}",
            n=len(examples),
            n_labels=len(model.labels),
            n_held=held.lines,
            right=held.accuracy,
            macro=held.macro_f1,
        ),
        highlight=False,
    )
    saved = _("saved to {out}; name it in a check: params: {params}", out=out, params=f"{{model: {out}}}")
    console.print(saved, soft_wrap=True, highlight=False)
