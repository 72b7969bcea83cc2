"""Ctrl-C for commands that tests start, whatever the test run itself inherited."""

from __future__ import annotations

import signal

__all__ = ["hear_ctrl_c"]


def hear_ctrl_c() -> None:
    """For `preexec_fn`: a run started in the background inherits 'ignore SIGINT', and would hand it on."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
