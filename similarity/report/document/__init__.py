"""The report as a document for filing: one value, written as PDF, DOCX and CSV tables, by profile and language."""

from __future__ import annotations

from similarity.report.document.filing_form import profile_names
from similarity.report.document.parts import Document
from similarity.report.document.sections import render
from similarity.report.document.writers.csv_tables import tables_csv
from similarity.report.document.writers.docx_form import to_docx
from similarity.report.document.writers.pdf_form import to_pdf

__all__ = ["Document", "profile_names", "render", "tables_csv", "to_docx", "to_pdf"]
