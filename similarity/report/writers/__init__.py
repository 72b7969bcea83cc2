"""Tables (CSV) and the findings (JSON) of a report."""

__all__ = ["csv_form", "findings_form"]
