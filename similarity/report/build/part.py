"""What a report says of parts of works, from what was searched."""

from __future__ import annotations

from dataclasses import replace

from similarity.absence import NotMeasured, not_measured
from similarity.compare.frames import DecodedFrames
from similarity.compare.part_pictures import part_picture_name, part_pictures
from similarity.compare.part_search import PartSearcher
from similarity.compare.session import Session
from similarity.describe.video import DescribedVideo
from similarity.parts.searching import FOUND_FROM, SHOWN_FROM
from similarity.report.schema.part import PartFindings, ReportedPart

__all__ = ["part_findings", "with_part_pictures"]

MOST_PARTS = 20
"""Works whose strongest part is listed."""
_FOLDER = "pictures"


def part_findings(video: DescribedVideo, session: Session) -> PartFindings | NotMeasured:
    """The settled parts of a library's works in the suspect; some frames of it are decoded again."""
    frames = DecodedFrames(session.config.sample.reader)  # a case keeps no frames that nothing is derived from
    searcher = PartSearcher(rows=session.rows, frames=frames, with_proposed=False)
    found = searcher.findings(video)
    if isinstance(found, NotMeasured):
        return found
    shown = [one for one in found if one.score >= SHOWN_FROM][:MOST_PARTS]
    return PartFindings(
        num_works=len(found),
        found_from=FOUND_FROM,
        ratio=_NO_CALIBRATION,
        parts=tuple(
            ReportedPart(
                finding=one,
                title=session.rows.entry(one.work_id).catalogue.get("title") or one.work_id,
                picture=_NO_PICTURE,
            )
            for one in shown
        ),
    )


def with_part_pictures(
    parts: PartFindings | NotMeasured, video: DescribedVideo, session: Session
) -> tuple[PartFindings | NotMeasured, dict[str, bytes]]:
    """The same with a picture of every part that is found, and the pictures by name.

    Args:
        parts: what was found.
        video: the suspect.
        session: where frames are taken from.
    """
    if isinstance(parts, NotMeasured):
        return parts, {}
    drawn = part_pictures(session.rows, session.frames, video, [one.finding for one in parts.found])
    files = {f"{_FOLDER}/{name}": content for name, content in drawn.items()}
    named = tuple(
        replace(one, picture=name)
        if (name := f"{_FOLDER}/{part_picture_name(one.finding.work_id)}") in files and one.finding.is_found
        else one
        for one in parts.parts
    )
    return replace(parts, parts=named), files


_NO_CALIBRATION = not_measured("no likelihood ratio is calibrated for parts: labelled parts are too few to fit one")
_NO_PICTURE = not_measured("pictures are drawn of parts that are found, in reports outside a case")
