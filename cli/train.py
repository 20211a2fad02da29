"""`callqa train`: learn from a hotline's own data. Each command is a thin face over the package that learns."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from callqa.messages import terminal_text as _
from cli import train_examples
from cli.train_attitude import train_attitude
from services.progress import training_bar

train_app = typer.Typer(
    help="Train classifiers on your own labelled data, and from the examples that people made.", no_args_is_help=True
)
train_app.command("attitude")(train_attitude)
train_app.command("examples")(train_examples.train_examples)
train_app.command("versions")(train_examples.list_versions)
train_app.command("card")(train_examples.show_card)
train_app.command("compare")(train_examples.compare)
train_app.command("adopt")(train_examples.adopt)
train_app.command("rollback")(train_examples.rollback)
console = Console(stderr=True)

Data = Annotated[
    list[Path] | None,
    typer.Option(help="CSV with label and text, or label, subject and body; may be given several times."),
]
Seed = Annotated[int, typer.Option(help="The same data and seed give the same model.")]


@train_app.command("category")
def train_category(
    data: Data = None,
    taxonomy: Annotated[str, typer.Option(help="Name of a shipped taxonomy, or a YAML file.")] = "petition",
    base: Annotated[
        str | None,
        typer.Option(help="Hugging Face model, name or folder, to fine-tune; none: the small model that ships."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the trained model.")] = Path("category-model"),
    seed: Seed = 12345,
    epochs: Annotated[int, typer.Option(min=1, help="With --base: passes over the data.")] = 3,
) -> None:
    """Train the classifier of the first level of a taxonomy."""
    from qa_models.category.taxonomy import load_taxonomy
    from training.category.statements import statements

    tree = load_taxonomy(taxonomy)
    spoken = [line for line in statements("category_l1") if line.label in tree.names]
    _train(data or [], taxonomy, spoken, base, out, seed, epochs, topical=True)


@train_app.command("request-type")
def train_request_type(
    data: Data = None,
    out: Annotated[Path, typer.Option(help="Folder for the trained model.")] = Path("request-type-model"),
    seed: Seed = 12345,
) -> None:
    """Train the classifier of request types; labels are 咨询, 求助, 投诉, 举报, 建议, 表扬, 其他."""
    from training.category.statements import statements

    _train(data or [], "request_types", statements("request_type"), None, out, seed, 1, topical=False)


def _train(
    data: list[Path],
    taxonomy: str,
    spoken: Sequence[Any],
    base: str | None,
    out: Path,
    seed: int,
    epochs: int,
    topical: bool,
) -> None:
    from qa_models.category.classifier import save
    from qa_models.category.tables import read_messages
    from qa_models.category.taxonomy import load_taxonomy
    from qa_models.own_model import own_model
    from training.category.example import Labelled
    from training.category.train import Recipe, rows_of, train

    own_model(str(out))  # refused before hours of training
    tree = load_taxonomy(taxonomy)
    messages = [Labelled(m.text, m.label) for path in data for m in read_messages(path, tree.names)]
    recipe = Recipe(topical=topical, seed=seed)
    rows = rows_of(messages, spoken, tree, recipe)
    with training_bar(console) as bar:
        task = bar.add_task(_("starting"), total=1.0)

        def show(step: str, share: float) -> None:
            bar.update(task, description=step, completed=share)

        if base is not None:
            from training.category.fine_tune import fine_tune

            figures = fine_tune(base, rows, tree.names, out, epochs, seed, show)
        else:
            trained = train(rows, tree.names, recipe, show)
            save(trained.model, out / "model.npz")
            figures = dict(trained.figures)
    for name, share in figures.items():
        console.print(_("right on what was kept apart, {name}: {share:.1%}", name=name, share=share), highlight=False)
    params = f"{{taxonomy: {taxonomy}, model: {out}}}"
    console.print(_("saved to {out}; name it in a check: params: {params}", out=out, params=params), soft_wrap=True)
