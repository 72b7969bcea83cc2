"""Access, apart from similarity: facts and documents, dates, records, and the grade that follows by published rules."""

__all__ = ["check", "dates", "dossier", "facts", "json_form", "values"]
