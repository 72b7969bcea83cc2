"""What stands in a document, and in its PDF, without the breaks that lines bring."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pypdfium2

from similarity.report.document.parts import Document

VERDICTS = re.compile(
    r"infring|stolen|steal|theft|thief|pirat|plagiar|unlawful|guilty|\bliable|copycat|rip-?off|counterfeit"
    r"|侵权成立|构成侵权|侵犯|侵权|抄袭|剽窃|盗用|盗版|窃取|洗稿|山寨",
    re.IGNORECASE,
)


def every_text(value: object) -> Iterator[str]:
    """Every text inside a document or a part, but the names of pictures."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from every_text(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name != "pictures" or not isinstance(value, Document):
                yield from every_text(getattr(value, field.name))


def texts_of(content: bytes) -> list[str]:
    """The text of every page of a PDF."""
    pages = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_bounded() for page in pages]
    finally:
        pages.close()


def packed(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())
