"""A document as PDF, DOCX, CSV tables and HTML."""

__all__ = ["csv_tables", "docx_form", "html_parts", "pdf_form"]
