"""Matches to findings: axes, scenes, coverage."""
