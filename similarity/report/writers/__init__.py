"""Tables (CSV), findings (JSON) and timelines (OTIO, EDL) of a report."""

__all__ = ["csv_form", "findings_form", "timeline", "timeline_files"]
