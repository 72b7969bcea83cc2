"""Blocks of the record: equipment and versions, sampling, steps with their figures, how to repeat."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.report.document.context import Context
from similarity.report.document.forms import number, whole
from similarity.report.document.parts import Bullets, Column, Facts, FigureIndex, Heading, Json, Part, Table
from similarity.report.phrases.words import codes_in_short, moment
from similarity.report.schema.report import PackageVersion

__all__ = ["configuration", "equipment", "examination_record", "figure_index", "repeat"]

PACKAGES_PER_LINE = 3


def equipment(context: Context) -> tuple[Part, ...]:
    """Machine, program, libraries, descriptors."""
    say, tool = context.say, context.report.tool
    facts = Facts(
        rows=(
            (say("Program"), f"similarity {tool.version}"),
            ("Python", tool.python_version),
            (say("Operating system and processor"), context.shown(tool.platform)),
            (say("Settings profile"), context.shown(tool.profile)),
            (say("Configuration, SHA-256"), tool.config_sha256),
        )
    )
    rows = tuple(
        (
            context.shown(one.name),
            context.shown(one.version),
            str(one.dimensions),
            context.shown(one.weights_sha256) if one.weights_sha256 else say("an algorithm without weights"),
        )
        for one in context.report.describers
    )
    columns = (
        Column(title=say("Descriptor"), width=0.9),
        Column(title=say("Version"), width=1.2),
        Column(title=say("Dimensions"), width=0.8, is_number=True),
        Column(title=say("SHA-256 of its weights"), width=3.4, is_code=True),
    )
    table = Table(key="descriptors", caption=say("Descriptors that took part"), columns=columns, rows=rows)
    return (facts, table, _packages(context, tool.packages))


def _packages(context: Context, packages: tuple[PackageVersion, ...]) -> Table:
    cells = [context.shown(f"{one.name} {one.version}") for one in packages]
    cells += [""] * (-len(cells) % PACKAGES_PER_LINE)
    rows = tuple(tuple(cells[start : start + PACKAGES_PER_LINE]) for start in range(0, len(cells), PACKAGES_PER_LINE))
    columns = (Column(title=context.say("Library and version")), Column(title=""), Column(title=""))
    return Table(key="libraries", caption=context.say("Libraries that took part"), columns=columns, rows=rows)


def examination_record(context: Context) -> tuple[Part, ...]:
    """What was done with this material, with the figures of each step."""
    say, report = context.say, context.report
    sampling, rate = report.suspect.sampling, report.suspect.sampling.samples_per_second
    taken = (
        say("at its keyframes ({reason})", reason=context.fill(rate.reason))
        if isinstance(rate, NotMeasured)
        else say("{rate} frames of each second, and the first stable frame of every scene", rate=number(rate))
    )
    verified = [one for one in report.matches if not isinstance(one.verification, NotMeasured)]
    items = (
        say("Files hashed (SHA-256) before decoding; {num} videos are listed as exhibits.", num=len(report.works) + 1),
        say(
            "{Suspect} decoded from its first frame to its last: {frames} frames, {failures} decoding failures; "
            "{scenes} scenes found.",
            frames=whole(report.suspect.num_frames_from_content),
            failures=report.suspect.num_decode_failures,
            scenes=len(report.scenes),
        ),
        say(
            "Samples taken {how}: {taken}; compared {compared}; left out black {black}, flat {flat}, "
            "near-empty {empty}.",
            how=taken,
            taken=sampling.num_samples,
            compared=sampling.num_indexed,
            black=sampling.num_black,
            flat=sampling.num_flat,
            empty=sampling.num_near_empty,
        ),
        say(
            "Compared with {works} works ({samples} samples) and set against {background} unrelated background items "
            "({background_samples} samples).",
            works=whole(report.library.num_works),
            samples=whole(report.library.num_work_samples),
            background=whole(report.library.num_background),
            background_samples=whole(report.library.num_background_samples),
        ),
        say(
            "Works aligned with the {suspect}: {aligned} of {all}.",
            aligned=whole(report.limits.num_works_aligned),
            all=whole(report.limits.num_works),
        ),
        _searched(context),
        say(
            "Matches found: {found}, of which {verified} were examined by local features; weaker ones "
            "listed: {weaker}.",
            found=len(report.matches),
            verified=len(verified),
            weaker=len(report.weaker_matches),
        ),
        say(
            "Result stored as report.json (schema {schema}) at {when}.",
            schema=report.schema_version,
            when=_made(context),
        ),
    )
    return (Bullets(items=items, is_numbered=True),)


def _searched(context: Context) -> str:
    """Which index answered when works were looked for."""
    say, voting = context.say, context.report.limits.voting
    if voting.codes:
        named = codes_in_short(voting.codes, context.language)
        return say("Works were searched for by search codes: {codes}.", codes=named)
    if voting.num_samples:
        return say("Works were searched for by comparing every row of the library.")
    return say("No work had to be searched for: all were aligned, whole.")


def _made(context: Context) -> str:
    return moment(context.report.created_utc)


def repeat(context: Context) -> tuple[Part, ...]:
    """How another examiner gets the same figures."""
    say, report = context.say, context.report
    items = (
        say("Install version {version} of the program with the libraries listed.", version=report.tool.version),
        say(
            "Check that the file of the {suspect} has SHA-256 {sha256}, and the files of the {works} those listed.",
            sha256=report.suspect.sha256,
        ),
        say("Use a library whose state has SHA-256 {state}.", state=report.library.state_sha256),
        say(
            "Compare the {suspect} with that library again, under the settings profile “{profile}” and the settings "
            "listed.",
            profile=report.tool.profile,
        ),
        say(
            "Compare the new report.json with the one whose SHA-256 stands at the foot of this page. Date and paths "
            "may differ; on another processor the last digits of floating-point figures may."
        ),
    )
    return (Bullets(items=items, is_numbered=True),)


def configuration(context: Context) -> tuple[Part, ...]:
    """The whole configuration as it was hashed."""
    heading = Heading(text=context.say("Configuration, canonical JSON"))
    return (heading, Json(text=context.report.tool.config_json))


def figure_index(context: Context) -> tuple[Part, ...]:
    """An index from every table and figure to what it rests on."""
    say = context.say
    return (
        FigureIndex(
            caption=say("Index of tables and figures, and the files they rest on"),
            columns=(say("Number"), say("What it shows"), say("Section"), say("Rests on")),
            table_word=context.language.text("Table {number}"),
            figure_word=context.language.text("Figure {number}"),
            many_files=context.language.text("{number} files, {first} to {last}"),
            stored="report.json",
        ),
    )
