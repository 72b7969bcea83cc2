"""Documents of one full report in every profile and language, and their PDFs, made once."""

from __future__ import annotations

import io
from hashlib import sha256

import pypdf
import pytest
from support.document_texts import texts_of
from support.made_case import with_case

from similarity.report.document.filing_form import profile_names
from similarity.report.document.sections import render
from similarity.report.document.writers.pdf_form import to_pdf

SHA256 = sha256(b"report.json").hexdigest()
KINDS = [(profile, language) for profile in ("cn", "eu", "us") for language in ("en", "zh")]


def reader_of(pictures):
    def read(name):
        if name not in pictures:
            raise FileNotFoundError(name)
        return pictures[name]

    return read


@pytest.fixture(scope="session")
def full_report(sample_report):
    return with_case(sample_report(num_scenes=3, num_matches=2))


@pytest.fixture(scope="session")
def pictures(full_report, sample_pictures):
    return sample_pictures(full_report)


@pytest.fixture(scope="session")
def documents(full_report, pictures):
    assert profile_names() == ("cn", "eu", "us")
    return {
        (profile, language): render(full_report, reader_of(pictures), profile, language, report_sha256=SHA256)
        for profile, language in KINDS
    }


@pytest.fixture(scope="session")
def pdfs(once, documents):
    return once("pdfs", lambda folder: {kind: to_pdf(document) for kind, document in documents.items()})


@pytest.fixture(scope="session")
def readers(pdfs):
    return {kind: pypdf.PdfReader(io.BytesIO(content)) for kind, content in pdfs.items()}


@pytest.fixture(scope="session")
def page_texts(readers, pdfs):
    """By pypdf for one document of each language, by the faster pypdfium2 for the others."""
    slowly = {("us", "en"), ("cn", "zh")}
    return {
        kind: [page.extract_text() for page in readers[kind].pages] if kind in slowly else texts_of(content)
        for kind, content in pdfs.items()
    }
