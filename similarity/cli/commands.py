"""The main job: add, compare, scan, report, demo, doctor, models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from similarity.cli.case_commands import CaseProfile, ReportLanguage
from similarity.cli.exits import Exit, errors_to_exits
from similarity.cli.following import follow
from similarity.cli.options import (
    DEFAULT_LIBRARY,
    ControlOption,
    FailOnMatchOption,
    JobsOption,
    JsonOption,
    LibraryOption,
    MemoryOption,
    NiceOption,
    ProfileOption,
    QuietOption,
    RateOption,
    RayOption,
    SuspectArgument,
    TextOption,
    TimelineOption,
    configured,
    formats_of,
    limited,
)
from similarity.cli.talk import (
    comparing,
    print_json,
    show_compared,
    show_scanned,
    showing_download,
    showing_progress,
)
from similarity.text import one_line

if TYPE_CHECKING:
    from index.records import Role
    from similarity.ingest.add import AddedFile

__all__ = ["add", "compare", "demo", "doctor", "models_app", "report", "scan"]

PathsArgument = Annotated[
    list[Path], typer.Argument(help="Videos, pictures, or folders of them.", metavar="PATH...", readable=False)
]

models_app = typer.Typer(help="Models that are fetched once.", no_args_is_help=True, rich_markup_mode=None)


def add(
    paths: PathsArgument,
    library: LibraryOption = DEFAULT_LIBRARY,
    background: Annotated[
        bool, typer.Option("--background", help="Unrelated footage, for normalisation and counter-evidence.")
    ] = False,
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", help="CSV: file,id,title,owner ...", readable=False)
    ] = None,
    profile: ProfileOption = "standard",
    samples_per_second: RateOption = None,
    text: TextOption = False,
    jobs: JobsOption = None,
    nice: NiceOption = 0,
    memory: MemoryOption = None,
    ray: RayOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Index works (or background footage); what is indexed already under its id is left as it is."""
    from index import open_library
    from similarity.ingest.add import add_files
    from similarity.ingest.catalogue import read_catalogue
    from similarity.media.walk import walk_media

    with errors_to_exits():
        config = configured(profile, samples_per_second, text=text)
        limits = limited(jobs, nice, memory, ray=ray, config=config)
        listed = read_catalogue(catalogue) if catalogue else None
        with open_library(library, create=True) as opened, showing_progress(quiet or as_json) as progress:
            role: Role = "background" if background else "work"
            found = walk_media(paths)
            results = add_files(
                found.files, opened, config=config, role=role, catalogue=listed, progress=progress, limits=limits
            )
        _show_added(results, found.passed_over, as_json=as_json, library=library)


def _show_added(
    results: tuple[AddedFile, ...], passed_over: Mapping[str, int], *, as_json: bool, library: Path
) -> None:
    """Counts and the exit code; failures were said with their reasons as they came."""
    from similarity.media.walk import passed_over_in_words

    failed = [result for result in results if result.status == "failed"]
    if as_json:
        print_json(results)
    else:
        counts = Counter(result.status for result in results)
        typer.echo(
            f"{counts['added']} added, {counts['unchanged']} unchanged, {len(failed)} failed: {one_line(str(library))}"
        )
        if counts["moved"]:
            typer.echo(f"moved, the path of each is updated: {counts['moved']}")
        if twice := sum(bool(result.same_content_as) for result in results):
            typer.echo(f"added under a second id, the same content stands under another: {twice}")
    if said := passed_over_in_words(passed_over):
        typer.echo(one_line(said), err=as_json)
    if failed:
        raise typer.Exit(Exit.SOME_FILES_FAILED)


def compare(
    suspect: SuspectArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the report to.", readable=False)],
    control: ControlOption = None,
    timeline: TimelineOption = None,
    library: LibraryOption = DEFAULT_LIBRARY,
    profile: ProfileOption = "standard",
    samples_per_second: RateOption = None,
    text: TextOption = False,
    fail_on_match: FailOnMatchOption = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare one suspect with the library: a report in a folder."""
    from similarity.report.build.contained_compare import compare_contained
    from similarity.report.build.report import compare_to_folder
    from similarity.report.folder import render_timelines

    with errors_to_exits():
        config = configured(profile, samples_per_second, text=text)
        comparer = compare_contained if config.media.isolate else compare_to_folder
        with comparing(library, config, is_quiet=quiet or as_json) as (session, progress):
            progress.begin(suspect, number=1, total=1)
            result, files = comparer(suspect, session, out, controls=control or (), progress=progress)
        if timeline:
            render_timelines(out, formats_of(timeline))
        show_compared(result, files, as_json=as_json, fail_on_match=fail_on_match)


def scan(
    paths: PathsArgument,
    out: Annotated[
        Path, typer.Option("--out", help="Run folder; the same command goes on where it was stopped.", readable=False)
    ],
    library: LibraryOption = DEFAULT_LIBRARY,
    all_pairs: Annotated[bool, typer.Option("--all-pairs", help="A score for every suspect and every work.")] = False,
    reports: Annotated[
        bool, typer.Option("--reports", help="Also the report of every suspect in which something was found.")
    ] = False,
    parts: Annotated[
        bool, typer.Option("--parts/--no-parts", help="Look for parts of works, where the library holds any.")
    ] = True,
    timeline: TimelineOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on with what comes into the folders, until Ctrl-C.")
    ] = False,
    profile: ProfileOption = "standard",
    samples_per_second: RateOption = None,
    text: TextOption = False,
    jobs: JobsOption = None,
    nice: NiceOption = 0,
    memory: MemoryOption = None,
    ray: RayOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare many suspects with the library: overview.html, matches.csv, scenes.csv, pairs.csv and summary.json."""
    from similarity.scan.options import ScanOptions
    from similarity.scan.scan import scan_files

    with errors_to_exits():
        config = configured(profile, samples_per_second, text=text)
        options = ScanOptions(
            with_all_works=all_pairs, with_reports=reports, with_parts=parts, timelines=formats_of(timeline)
        )
        limits = limited(jobs, nice, memory, ray=ray, config=config)
        if all_pairs and parts:
            _propose_parts(library, is_quiet=quiet or as_json)
        if watch:
            follow(paths, library, config, out, options, limits, as_json=as_json, is_quiet=quiet)
        with comparing(library, config, is_quiet=quiet or as_json) as (session, progress):
            summary = scan_files(paths, session, out, options=options, progress=progress, limits=limits)
        show_scanned(summary, out, as_json=as_json)
        if summary.failed:
            raise typer.Exit(Exit.SOME_FILES_FAILED)


def _propose_parts(library: Path, *, is_quiet: bool) -> None:
    """Parts of works that have none, so that every pair has a score of parts."""
    from index import open_library
    from similarity.ingest.part_proposals import propose_parts

    with open_library(library) as opened, showing_progress(is_quiet) as progress:
        propose_parts(opened, progress=progress)


def report(
    folder: Annotated[
        Path, typer.Argument(help="A folder that `compare` wrote: a case, or a report alone.", readable=False)
    ],
    form: Annotated[
        CaseProfile | None,
        typer.Option("--form", help="Also a document for filing, PDF and DOCX, by the rules of this law."),
    ] = None,
    is_draft_wanted: Annotated[
        bool, typer.Option("--draft", help="Write that document although facts are missing; every page says DRAFT.")
    ] = False,
    language: Annotated[ReportLanguage, typer.Option("--lang", help="Language of that document.")] = ReportLanguage.EN,
    notice: Annotated[
        Path | None,
        typer.Option(
            "--notice", help="Also notice.json for a platform, beside this YAML of who sends it.", readable=False
        ),
    ] = None,
) -> None:
    """Render every form again from the stored report.json; with --form, a document for filing beside them."""
    from similarity.case.compare import REPORT_FOLDER
    from similarity.report.folder import JSON_NAME, render_filing, render_report
    from similarity.service.notices.from_report import write_notice

    with errors_to_exits():
        within = folder / REPORT_FOLDER
        stored = within if (within / JSON_NAME).is_file() else folder
        made = (
            render_report(stored)
            if form is None
            else render_filing(stored, form.value, language.value, is_draft_wanted=is_draft_wanted)
        )
        made += () if notice is None else (write_notice(stored, notice),)
        for path in made:
            typer.echo(one_line(str(path)))


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for footage, library and report.", readable=False)] = Path(
        "demo-output"
    ),
    quiet: QuietOption = False,
) -> None:
    """Render sample works and suspects, index them, compare, and leave a report to open."""
    from similarity.cli.words import demo_in_words
    from similarity.demo.run import run_demo

    with errors_to_exits(), showing_progress(quiet) as progress:
        result = run_demo(out, progress=progress)
    typer.echo(demo_in_words(result))


def doctor(as_json: JsonOption = False) -> None:
    """Say what works here: readers, codecs, search, GPU, models."""
    from similarity.cli.doctor import examine, examined_in_words

    with errors_to_exits():
        capabilities = examine()
        if as_json:
            print_json(list(capabilities))
        else:
            typer.echo(examined_in_words(capabilities))


@models_app.command("fetch")
def fetch(
    profile: ProfileOption = "standard",
    place: Annotated[
        str, typer.Option("--from", help="A file of weights on this machine, or its address.", metavar="FILE|ADDRESS")
    ] = "",
    mirror: Annotated[
        str,
        typer.Option(
            "--mirror", envvar="HF_ENDPOINT", help="Address that stands for https://huggingface.co.", metavar="ADDRESS"
        ),
    ] = "",
    sha256: Annotated[str, typer.Option("--sha256", help="SHA-256 that the file must have.", metavar="HEX")] = "",
    quiet: QuietOption = False,
) -> None:
    """Fetch the profile's CLIP weights once, so that the concept axis can be measured."""
    from similarity.describe.fetching import Source, fetch_clip

    with errors_to_exits(), showing_download(quiet) as heard:
        source = Source(place=place, mirror=mirror, sha256=sha256)
        told = fetch_clip(configured(profile, None).describe.clip, source, heard=heard)
        typer.echo(f"fetched: {told}")
