"""The report as a document for filing: one value, written as PDF, DOCX and CSV tables, by profile and language."""

from __future__ import annotations

from similarity.report.filing.csv_tables import tables_csv
from similarity.report.filing.document import render
from similarity.report.filing.docx_form import to_docx
from similarity.report.filing.parts import Document
from similarity.report.filing.pdf_form import to_pdf
from similarity.report.filing.profile import profile_names

__all__ = ["Document", "profile_names", "render", "tables_csv", "to_docx", "to_pdf"]
