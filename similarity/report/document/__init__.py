"""The report as a document for filing: one value, written as PDF, DOCX and CSV tables, by profile and language."""

__all__ = ["completeness", "context", "filing_form", "gaps", "parts", "sections"]
