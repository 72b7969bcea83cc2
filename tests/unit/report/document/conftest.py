"""Documents of one full report in every profile and language, and their PDFs."""

from support.made_documents import documents, full_report, page_texts, pdfs, pictures, readers

__all__ = ["documents", "full_report", "page_texts", "pdfs", "pictures", "readers"]
