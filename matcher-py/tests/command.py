"""Runs the command in this process, for the tests of it."""

import json
from typing import Any

import pytest
from matcher.cli import outcome
from matcher.cli.app import run
from matcher.fingerprint import Template

Fingers = list[list[Template]]
Capture = pytest.CaptureFixture[str]


def json_of(capfd: Capture, *arguments: object) -> tuple[int, dict[str, Any]]:
    """Run with --json; stdout must be one object and nothing else."""
    code = run([*map(str, arguments), "--json"])
    document = json.loads(capfd.readouterr().out)
    assert isinstance(document, dict)
    assert document["exit_code"] == code
    assert document["outcome"] == outcome.ExitCode(code).name.lower()
    return code, document
