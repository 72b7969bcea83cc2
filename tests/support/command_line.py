"""The command line, called in this process or as the real command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from support.signals import hear_ctrl_c
from typer.testing import CliRunner

from similarity.cli.app import app

COMMAND = Path(sys.executable).with_name("similarity")


@pytest.fixture
def cli() -> Callable[..., Result]:
    """Run a command in this process; whatever it is given, it ends with an exit code and without a traceback."""
    runner = CliRunner()

    def run(*arguments: object, exit_code: int = 0, **environment: str) -> Result:
        result = runner.invoke(app, [*map(str, arguments)], env=environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == exit_code, (result.exit_code, result.stdout, result.stderr)
        return result

    return run


@pytest.fixture
def command() -> Iterator[Callable[..., subprocess.Popen]]:
    """Start the installed command; whatever still runs after the test is ended."""
    started: list[subprocess.Popen] = []

    def start(*arguments: object, preexec_fn: Callable[[], None] = hear_ctrl_c, **more) -> subprocess.Popen:
        process = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            preexec_fn=preexec_fn,  # noqa: PLW1509 - it takes no lock that a thread could hold
            **more,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()
