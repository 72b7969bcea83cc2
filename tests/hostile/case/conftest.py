"""Most of these cases differ from one another in a file or two: what the rest gives is worked out once."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def worked_out_once(remembered) -> None:
    """Of the verifications here."""
