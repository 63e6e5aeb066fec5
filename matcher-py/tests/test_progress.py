"""The progress bar: seen in a terminal only, and never on stdout."""

import subprocess
import sys

import pytest
from matcher import _progress
from rich.console import Console


def test_nobody_watching_means_no_bar(capfd: pytest.CaptureFixture[str]) -> None:
    progress = _progress.start("Searching")
    progress(1, 2)
    progress.finish()
    progress.finish()
    assert capfd.readouterr() == ("", "")


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Console, "is_terminal", property(lambda self: True))
    progress = _progress.start("Searching [everything]")
    progress(3, 10)
    progress(1, 10)
    progress.finish()
    out, err = capfd.readouterr()
    assert out == ""
    assert "Searching [everything]" in err
    assert "3/10" in err


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, matcher; "
        "print([m for m in ('rich', 'typer', 'pandas', 'pyarrow', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
