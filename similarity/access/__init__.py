"""Access, apart from similarity: dates, dissemination, prompts and texts, provenance labels, records."""
