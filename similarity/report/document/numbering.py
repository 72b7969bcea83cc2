"""Numbers of sections, tables and figures, and the index of them."""

from __future__ import annotations

import dataclasses
import re

from similarity.phrases import filled
from similarity.report.document.parts import Bars, Column, Figure, FigureIndex, Part, Section, Table
from similarity.report.plots.plot import Plot

__all__ = ["annex_number", "chinese_number", "numbered", "section_number"]

_SEMICOLON = re.compile("; |\uff1b")
MOST_NAMED = 3
"""Files of a figure that the index names one by one."""
DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese: 一, 十, 十二, 二十, 二十三."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


def section_number(number: int, code: str) -> str:
    """Number of a section, as it is printed before its heading."""
    return f"{chinese_number(number)}、" if code == "zh" else f"{number}."


def annex_number(number: int, code: str) -> str:
    """Number of an annex, as it is printed before its heading."""
    return f"附件{chinese_number(number)}" if code == "zh" else f"Annex {chr(ord('A') + number - 1)}."


def numbered(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Tables and figures numbered through, and the index filled."""
    counts = {"table": 0, "figure": 0}
    done = tuple(
        dataclasses.replace(section, parts=tuple(_numbered(part, counts) for part in section.parts))
        for section in sections
    )
    return tuple(
        dataclasses.replace(
            section,
            parts=tuple(
                _index(part, done, counts) if isinstance(part, FigureIndex) else part for part in section.parts
            ),
        )
        for section in done
    )


def _numbered(part: Part, counts: dict[str, int]) -> Part:
    if isinstance(part, Table):
        counts["table"] += 1
        return dataclasses.replace(part, number=counts["table"])
    if isinstance(part, Figure | Plot | Bars):
        counts["figure"] += 1
        return dataclasses.replace(part, number=counts["figure"])
    return part


def _index(index: FigureIndex, sections: tuple[Section, ...], counts: dict[str, int]) -> Table:
    rows: list[tuple[str, ...]] = []
    for section in sections:
        for part in section.parts:
            if isinstance(part, Table):
                rows.append(
                    (
                        _word(index.table_word, part.number),
                        _short(part.caption),
                        section.number.rstrip("、."),
                        index.stored,
                    )
                )
            elif isinstance(part, Figure | Plot | Bars):
                files = _rests_on(_files(part), index)
                rows.append(
                    (_word(index.figure_word, part.number), _short(part.caption), section.number.rstrip("、."), files)
                )
    widths = (0.8, 3.0, 0.7, 2.0)
    columns = tuple(Column(title=title, width=width) for title, width in zip(index.columns, widths, strict=True))
    counts["table"] += 1
    return Table(key="index", caption=index.caption, columns=columns, rows=tuple(rows), number=counts["table"])


def _short(caption: str) -> str:
    """A caption up to its first semicolon: what comes after it explains."""
    return _SEMICOLON.split(caption, maxsplit=1)[0]


def _word(pattern: str, number: int) -> str:
    return pattern.replace("{number}", str(number))


def _rests_on(names: tuple[str, ...], index: FigureIndex) -> str:
    """Names of files; of many the first and the last, and how many they are."""
    if len(names) > MOST_NAMED:
        values = {"number": len(names), "first": names[0], "last": names[-1]}
        return filled(index.many_files, values)
    return ", ".join(names) or index.stored


def _files(part: Figure | Plot | Bars) -> tuple[str, ...]:
    if isinstance(part, Figure):
        return tuple(picture.name for picture in part.pictures)
    return (part.picture,) if isinstance(part, Plot) and part.picture else ()
