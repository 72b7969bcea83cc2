"""Blocks of the case: what people state, the exhibits with their hashes, what identifies every file and part."""

from __future__ import annotations

from similarity.absence import NotMeasured
from similarity.describe.facts import VideoFacts
from similarity.media.types import UNTAGGED
from similarity.report.document.context import Context
from similarity.report.document.forms import figure, whole
from similarity.report.document.parts import Column, Facts, Paragraph, Part, Table
from similarity.report.phrases.words import file_name, moment
from similarity.report.schema.case import CaseFacts, Exhibit, Person
from similarity.text import plain_line

__all__ = ["case_facts", "examiners", "exhibit_details", "exhibit_list", "identity_list", "notes_for_counsel"]

FILES_PER_TABLE = 3
"""Files that stand side by side; more would leave no room for a hash."""


def case_facts(context: Context) -> tuple[Part, ...]:
    """What the case folder states; where there is none, the reason."""
    say, case, report = context.say, context.report.case, context.report
    made = (say("Report made"), moment(report.created_utc))
    if isinstance(case, NotMeasured):
        return (
            Facts(
                rows=(
                    (say("Case"), context.shown(case)),
                    (say("Report identifier"), context.report_sha256[:16]),
                    made,
                )
            ),
        )
    rows: list[tuple[str, str | NotMeasured]] = [
        (say("Case number"), case.case_id),
        (say("Requester"), case.requester),
        (say("Purpose"), case.purpose),
        (say("Question asked"), case.question),
        (say("Court or authority"), case.jurisdiction),
        (say("Date of the examination"), case.date),
    ]
    return (Facts(rows=(*((name, context.stated(value)) for name, value in rows), made)),)


def examiners(context: Context) -> tuple[Part, ...]:
    """Who examined and who looked it over, and the surroundings that were declared."""
    say, case = context.say, context.report.case
    if not isinstance(case, CaseFacts):
        return (Paragraph(text=say("Analyst, reviewer and environment: {reason}", reason=context.shown(case))),)
    rows = [
        *_person(context, say("Analyst"), case.analyst),
        *_person(context, say("Reviewer"), case.reviewer),
        (say("Machine"), context.stated(case.environment.machine)),
        (say("Cleanliness of the machine"), context.stated(case.environment.cleanliness)),
        (say("Network"), context.stated(case.environment.network)),
        (say("Clock"), context.stated(case.environment.clock)),
    ]
    return (Facts(rows=tuple(rows)),)


def _person(context: Context, role: str, person: Person | NotMeasured) -> list[tuple[str, str]]:
    if isinstance(person, NotMeasured):
        return [(role, context.stated(person))]
    qualifications = context.say("{role}: training and experience", role=role)
    return [(role, context.shown(person.name)), (qualifications, context.stated(person.qualifications))]


def notes_for_counsel(context: Context) -> tuple[Part, ...]:
    """Remarks of the case folder for counsel; where there are none, nothing is said of them."""
    case = context.report.case
    notes = case.notes_for_counsel if isinstance(case, CaseFacts) else ()
    return tuple(Paragraph(text=context.shown(note), tone="counsel") for note in notes)


def exhibit_list(context: Context) -> tuple[Part, ...]:
    """Every video that was compared and found, with number, name, length and hash."""
    say, report = context.say, context.report
    videos = [(say("{suspect}"), report.suspect), *((say("{work}"), one.work) for one in report.works)]
    rows = tuple(
        (
            context.work_number(video.video_id),
            role,
            context.title(video),
            context.shown(file_name(video.path)),
            say("still picture") if video.is_still else f"{figure(video.duration_seconds_from_content)} s",
            video.sha256,
        )
        for role, video in videos
    )
    columns = (
        Column(title=say("Number"), width=0.9),
        Column(title=say("Role"), width=1.1),
        Column(title=say("Title"), width=1.6),
        Column(title=say("File"), width=1.7),
        Column(title=say("Length counted"), width=1.1, is_number=True),
        Column(title="SHA-256", width=2.9, is_code=True),
    )
    table = Table(key="exhibits", caption=say("Exhibits compared"), columns=columns, rows=rows)
    note = say(
        "The library holds {num_works} works; those without a match that was found are not listed. "
        "Its state is identified by SHA-256 {state}.",
        num_works=whole(report.library.num_works),
        state=report.library.state_sha256,
    )
    return (table, Paragraph(text=note, tone="small"))


def exhibit_details(context: Context) -> tuple[Part, ...]:
    """Every video side by side: what the case records, what headers claim, what was counted; then other files."""
    report = context.report
    videos = (report.suspect, *(one.work for one in report.works))
    groups = [videos[start : start + FILES_PER_TABLE] for start in range(0, len(videos), FILES_PER_TABLE)]
    parts: list[Part] = [_files(context, group, number) for number, group in enumerate(groups, 1)]
    known = {video.sha256 for video in videos}
    others = tuple(one for one in report.exhibits if one.sha256 not in known)
    if others:
        parts.append(_other_files(context, others))
    if not report.exhibits:
        text = context.say("No case folder was used: how the files were obtained and kept is not recorded.")
        parts.append(Paragraph(text=text))
    return tuple(parts)


def _files(context: Context, videos: tuple[VideoFacts, ...], number: int) -> Table:
    say = context.say
    columns = (
        Column(title=say("File"), width=1.2),
        *(Column(title=context.work_name(video.video_id), width=2.2) for video in videos),
    )
    listed = [_rows_of(context, video) for video in videos]
    rows = tuple((name, *(rows[line][1] for rows in listed)) for line, (name, _) in enumerate(listed[0]))
    return Table(key=f"files-{number}", caption=say("Files in detail"), columns=columns, rows=rows)


def _rows_of(context: Context, video: VideoFacts) -> tuple[tuple[str, str], ...]:
    """Lines for one file; every file has the same ones when the case has exhibits."""
    exhibit = context.exhibit(video)
    case: tuple[tuple[str, str], ...] = ()
    if exhibit is not None:
        case = _exhibit_rows(context, exhibit)
    elif context.report.exhibits:
        names = [name for name, _ in _exhibit_rows(context, context.report.exhibits[0])]
        case = tuple((name, context.say("not an exhibit of the case")) for name in names)
    said = (context.say("Owner as stated"), context.owner(video))
    return (said, *case, *_video_rows(context, video))


def _other_files(context: Context, exhibits: tuple[Exhibit, ...]) -> Table:
    say = context.say
    roles = {"reference": say("{work}"), "suspect": say("{suspect}"), "background": say("unrelated footage")}
    rows = tuple(
        (
            one.number,
            roles.get(one.role, say("document")),
            context.shown(one.original_name),
            "; ".join(value for _, value in _obtained(context, one)),
            one.sha256,
        )
        for one in exhibits
    )
    columns = (
        Column(title=say("Number"), width=0.6),
        Column(title=say("Role"), width=0.9),
        Column(title=say("Name it came with"), width=1.3),
        Column(title=say("Obtained: from, how, when, by, with"), width=2.4),
        Column(title="SHA-256", width=2.4, is_code=True),
    )
    return Table(key="other-files", caption=say("Other files of the case"), columns=columns, rows=rows)


def _video_rows(context: Context, video: VideoFacts) -> tuple[tuple[str, str], ...]:
    say, sampling = context.say, video.sampling
    header = context.shown(video.duration_seconds_from_header, figure)
    frames = context.shown(video.num_frames_from_header, whole)
    return (
        (say("Name of the file decoded"), context.shown(file_name(video.path))),
        (say("Size"), say("{size} bytes", size=whole(video.size_bytes))),
        ("SHA-256", video.sha256),
        (say("Format"), context.shown(f"{video.codec or '?'} / {video.container or '?'}")),
        (say("Picture"), f"{video.width} \u00d7 {video.height}"),
        (
            say("Duration, s"),
            header
            if not video.duration_seconds_from_content
            else say(
                "header {header}; counted {counted}", header=header, counted=figure(video.duration_seconds_from_content)
            ),
        ),
        (say("Frames"), say("header {header}; counted {counted}", header=frames, counted=_counted(video))),
        (say("Decoding failures"), whole(video.num_decode_failures)),
        (say("Frame rate"), say("variable") if video.is_variable_frame_rate else say("constant")),
        (say("Ends before its header says"), context.yes(video.is_truncated)),
        (say("Decoded by"), context.shown(video.reader)),
        (
            say("Samples"),
            say(
                "{taken} taken, {compared} compared; left out: {black} black, {flat} flat, {empty} near-empty",
                taken=sampling.num_samples,
                compared=sampling.num_indexed,
                black=sampling.num_black,
                flat=sampling.num_flat,
                empty=sampling.num_near_empty,
            ),
        ),
        (say("Burned-in bars"), context.fill(sampling.bars)),
        (say("Colours"), _colours(context, video)),
    )


def _colours(context: Context, video: VideoFacts) -> str:
    """What the file says of its colours, and what became of them."""
    tags, unspecified = video.colour, context.say("unspecified")
    given = (tags.primaries, tags.transfer, tags.matrix, tags.range)
    primaries, transfer, matrix, levels = (unspecified if one == UNTAGGED.range else one for one in given)
    said = context.say(
        "primaries {primaries}, transfer {transfer}, matrix {matrix}, range {levels}",
        primaries=primaries,
        transfer=transfer,
        matrix=matrix,
        levels=levels,
    )
    if not video.is_tone_mapped:
        return said
    mapped = context.say("HDR, tone-mapped to SDR before it was described and compared")
    return context.say("{first}; {second}", first=said, second=mapped)


def _counted(video: VideoFacts) -> str:
    return whole(video.num_frames_from_content)


def _obtained(context: Context, exhibit: Exhibit) -> tuple[tuple[str, str], ...]:
    say = context.say
    return (
        (say("Obtained from"), context.stated(exhibit.source)),
        (say("Obtained how"), context.stated(exhibit.obtained_how)),
        (say("Obtained when"), context.stated(exhibit.obtained_when)),
        (say("Obtained by"), context.stated(exhibit.obtained_by)),
        (say("Obtained with"), context.stated(exhibit.obtained_with)),
    )


def _kept_at(context: Context, exhibit: Exhibit) -> str:
    """Where the bytes lie: in the case folder, or with whoever holds the original; no path of a machine is filed."""
    if exhibit.is_copied_in:
        return exhibit.path
    return context.say("outside the case folder, as {name}", name=file_name(exhibit.path))


def _exhibit_rows(context: Context, exhibit: Exhibit) -> tuple[tuple[str, str], ...]:
    say = context.say
    checks = ((say("Hashed again before"), exhibit.checked_before), (say("Hashed again after"), exhibit.checked_after))
    return (
        (say("Author"), context.stated(exhibit.author)),
        (say("Registration"), context.stated(exhibit.registration)),
        *_obtained(context, exhibit),
        (say("Name it came with"), context.shown(exhibit.original_name)),
        (say("Entered, UTC"), moment(exhibit.added_utc)),
        (say("Kept at"), context.shown(_kept_at(context, exhibit))),
        ("SHA-512", exhibit.sha512),
        ("SM3", context.shown(exhibit.sm3)),
        *(
            (name, context.shown(check, lambda one: f"{moment(one.when_utc)}: {_same(context, one.matches)}"))
            for name, check in checks
        ),
    )


def _same(context: Context, matches: bool) -> str:  # noqa: FBT001 - a fact to be put into words, not a switch
    return context.say("unchanged") if matches else context.say("CHANGED")


def _papers(context: Context) -> tuple[tuple[str, str, str], ...]:
    """Documents of the access dossier."""
    access = context.report.access
    if isinstance(access, NotMeasured):
        return ()
    return tuple(
        (plain_line(one.entry.exhibit), plain_line(one.entry.what), context.shown(one.sha256))
        for one in access.documents
    )


def identity_list(context: Context) -> tuple[Part, ...]:
    """Everything that can be told by its hash: files, stored report, library, configuration, weights, calibrations."""
    say, report = context.say, context.report
    items: list[tuple[str, str, str]] = [
        (context.suspect_number, context.shown(file_name(report.suspect.path)), report.suspect.sha256),
        *(
            (context.work_number(one.work.video_id), context.shown(file_name(one.work.path)), one.work.sha256)
            for one in report.works
        ),
        *(
            (exhibit.number, context.shown(exhibit.original_name), exhibit.sha256)
            for exhibit in report.exhibits
            if exhibit.role in {"document", "background"}
        ),
        *_papers(context),
        (say("result"), "report.json", context.report_sha256),
        (say("library"), say("state of the library"), report.library.state_sha256),
        (say("settings"), say("configuration, canonical JSON"), report.tool.config_sha256),
        *(
            (say("weights"), context.shown(f"{one.name} {one.version}"), context.shown(one.weights_sha256))
            for one in report.describers
            if one.weights_sha256 is not None
        ),
        *((say("calibration"), context.shown(one.name), one.sha256) for one in report.calibrations),
    ]
    columns = (
        Column(title=say("No."), width=0.5, is_number=True),
        Column(title=say("Number or kind"), width=1.3),
        Column(title=say("What it is"), width=2.4),
        Column(title="SHA-256", width=3.6, is_code=True),
    )
    rows = tuple((str(number), *item) for number, item in enumerate(items, 1))
    return (Table(key="identity", caption=say("What is identified by its hash"), columns=columns, rows=rows),)
