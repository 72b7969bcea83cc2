"""The DOCX opens in LibreOffice, where that is at hand, and says there what the PDF says."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from support.document_texts import texts_of

from similarity.report.document.writers.docx_form import to_docx

SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (libreoffice-writer-nogui) is not installed")
def test_libreoffice_opens_the_docx(documents, tmp_path):
    (tmp_path / "report.docx").write_bytes(to_docx(documents["cn", "zh"]))
    order = [SOFFICE, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "report.docx"]
    subprocess.run(order, check=True, capture_output=True, timeout=240, env={"HOME": str(tmp_path), "PATH": "/usr/bin"})
    pages = ["".join(text.split()) for text in texts_of((tmp_path / "report.pdf").read_bytes())]
    whole = "".join(pages)
    for section in documents["cn", "zh"].sections:
        assert "".join(section.heading.split()) in whole
    assert all("草稿" in page for page in pages)
