"""The report as one offline page: the documents' parts, a player, a timeline, pictures."""

__all__ = ["html_form"]
