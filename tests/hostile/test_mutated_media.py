"""Damaged media through the contained process: each is measured, unreadable, or ended by a limit; none is a defect."""

from __future__ import annotations

from support.contained_screening import screened


def test_damaged_media_are_results(tmp_path):
    fates = screened(tmp_path, 45, seed=1)
    assert fates.defects == []
    assert fates.counts.total() == 45
    assert fates.counts["measured"] > 0
    assert fates.counts["unreadable"] > 0
