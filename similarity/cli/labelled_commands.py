"""Commands over labelled footage: calibrate and evaluate."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from similarity.cli.exits import errors_to_exits
from similarity.cli.options import ProfileOption, QuietOption, RayOption, configured, limited
from similarity.cli.talk import showing_progress
from similarity.text import one_line

if TYPE_CHECKING:
    from similarity.evaluate.runs import LabelledFootage

__all__ = ["calibrate", "evaluate"]


class PropositionName(StrEnum):
    """What is weighed against independent making."""

    copy = "copy"
    adaptation = "adaptation"


LabelsArgument = Annotated[
    Path,
    typer.Argument(help="pairs.csv (generated video) or truth.csv (copies).", metavar="LABELS", readable=False),
]
PopulationsArgument = Annotated[
    Path,
    typer.Argument(
        help="pairs.csv (generated video), truth.csv (copies) or groups.csv (clips of one idea); or a YAML file that "
        "lists populations of these.",
        metavar="LABELS",
        readable=False,
    ),
]
SuspectsOption = Annotated[Path, typer.Option("--suspects", help="Folder of the suspects.", readable=False)]
WorksOption = Annotated[Path, typer.Option("--works", help="Folder of the works.", readable=False)]
BackgroundOption = Annotated[
    Path | None, typer.Option("--background", help="Folder of unrelated footage.", readable=False)
]
GroupsOption = Annotated[
    Path | None, typer.Option("--groups", help="CSV of the works' footage groups: id,group.", readable=False)
]
RunOption = Annotated[
    Path, typer.Option("--run", help="Run folder; the same command goes on where it was stopped.", readable=False)
]


def calibrate(
    labels: PopulationsArgument,
    proposition: Annotated[PropositionName, typer.Option("--proposition", help="What the ratio is to speak for.")],
    out: Annotated[Path, typer.Option("--out", help="Calibration to write, with a page beside it.", readable=False)],
    run: RunOption,
    suspects: Annotated[Path | None, typer.Option("--suspects", help="Folder of the suspects.", readable=False)] = None,
    works: Annotated[Path | None, typer.Option("--works", help="Folder of the works.", readable=False)] = None,
    background: BackgroundOption = None,
    groups: GroupsOption = None,
    profile: ProfileOption = "standard",
    ray: RayOption = None,
    quiet: QuietOption = False,
) -> None:
    """Fit likelihood ratios and error rates to labelled footage."""
    from similarity.evaluate.runs import calibrate as fit

    with errors_to_exits(), showing_progress(quiet) as progress:
        footage = _populations(labels, suspects, works, background, groups)
        config = configured(profile, None)
        limits = limited(1 if ray is None else None, 0, None, ray=ray, config=config)
        found = fit(footage, proposition.value, out, run=run, config=config, progress=progress, limits=limits)
    whole = found.data_card.whole
    typer.echo(
        f"{one_line(str(out))}: {whole.num_taken} taken and {whole.num_independent} independent pairs, "
        f"Cllr {whole.cllr:.3f} (held aside), sha256 {found.sha256}"
    )


def evaluate(
    labels: LabelsArgument,
    suspects: SuspectsOption,
    works: WorksOption,
    run: RunOption,
    background: BackgroundOption = None,
    groups: GroupsOption = None,
    profile: ProfileOption = "standard",
    quiet: QuietOption = False,
) -> None:
    """Work out every figure of a labelled set: figures.md in the run folder."""
    from similarity.evaluate.pages import figures_page
    from similarity.evaluate.runs import evaluate as measure

    with errors_to_exits(), showing_progress(quiet) as progress:
        footage = _footage(labels, suspects, works, background, groups)
        figures = measure(footage, run, config=configured(profile, None), progress=progress)
    typer.echo(figures_page(figures), nl=False)


def _populations(
    labels: Path, suspects: Path | None, works: Path | None, background: Path | None, groups: Path | None
) -> tuple[LabelledFootage, ...]:
    from similarity.errors import ConfigurationError
    from similarity.evaluate.runs import read_populations

    is_listed = labels.suffix.lower() in {".yaml", ".yml"}
    if is_listed and not (suspects or works or background or groups):
        return read_populations(labels)
    if is_listed or suspects is None or works is None:
        raise ConfigurationError(
            f"{labels}: a YAML file names the folders of its populations, a table of labels needs --suspects and "
            "--works; give the one or the other"
        )
    return (_footage(labels, suspects, works, background, groups),)


def _footage(
    labels: Path, suspects: Path, works: Path, background: Path | None, groups: Path | None
) -> LabelledFootage:
    from similarity.evaluate.runs import LabelledFootage

    return LabelledFootage(labels=labels, suspects=suspects, works=works, background=background, groups=groups)
