"""What the commands write: tables or JSON on stdout, all else on stderr."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher._matcher import Method

WIDTH_OF_FILES = 500
"""Columns where stdout is no terminal and COLUMNS is not set: in a file nothing should be wrapped."""


def printable(text: object) -> str:
    """Return text for a terminal: control characters, which file names may have, are spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in str(text))


def plural(count: int, noun: str) -> str:
    """Return "1 file", "2 files", "2 identities", "2 searches"."""
    many = f"{noun[:-1]}ies" if noun.endswith("ty") else noun + ("es" if noun.endswith("ch") else "s")
    return f"{count:,} {noun if count == 1 else many}"


def byte_size(count: int) -> str:
    """Return a number of bytes as "512 bytes", "1.5 kB", "1.5 MB"."""
    if count < 1000:
        return plural(count, "byte")
    power = min((len(str(count)) - 1) // 3, 4)
    return f"{count / 1000**power:.3g} {('', 'kB', 'MB', 'GB', 'TB')[power]}"


def percent(rate: float | None) -> str:
    """Return a rate in percent, without the sign, with as many digits as small rates need."""
    if rate is None or math.isnan(rate):
        return "–"
    if rate == 0 or rate >= 0.001:
        return f"{100 * rate:.2f}"
    return np.format_float_positional(100 * rate, precision=2, fractional=False)


def target(rate: float) -> str:
    """Return a target rate, a power of ten as a rule, as 1e-3; zero can be aimed at and not be shown."""
    return f"{rate:.0e}".replace("e-0", "e-") if rate else "none seen"


def plain(value: Any) -> Any:
    """Return a value as JSON has it: numpy's numbers and arrays as plain ones, what is not finite as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    return str(value)


def describe_method(method: Method) -> dict[str, Any]:
    """Return a method as the JSON has it."""
    return {"name": method.name, "version": method.version, "model": method.model, "config": method.config}


class Output:
    """Where a command writes.

    Parameters
    ----------
    as_json : bool
        One JSON object on stdout instead of tables.
    """

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._out = _console(sys.stdout)
        self._err = _console(sys.stderr)

    def emit(self, document: Mapping[str, Any]) -> None:
        """Write the one JSON object of a command. ASCII alone, so that it survives any locale."""
        sys.stdout.write(json.dumps(plain(document), indent=2, allow_nan=False) + "\n")
        sys.stdout.flush()

    def line(self, text: str | Text = "") -> None:
        """Write a line for people."""
        self._out.print(text)

    def table(self, table: Table) -> None:
        """Write a table for people."""
        self._out.print(table)

    def facts(self, facts: Mapping[str, str | Text]) -> None:
        """Write names and values, one pair a line."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in facts.items():
            grid.add_row(name, value)
        self._out.print(grid)

    def warning(self, text: str) -> None:
        """Say on stderr what is odd."""
        self._say("warning", "yellow", text)

    def note(self, text: str) -> None:
        """Say on stderr what is good to know."""
        self._say("note", "cyan", text)

    def error(self, text: str) -> None:
        """Say on stderr what went wrong."""
        self._say("error", "bold red", text)

    def _say(self, word: str, style: str, text: str) -> None:
        # One line whatever its length, so that logs can be searched.
        self._err.print(Text(f"{word}: ", style=style) + Text(printable(text), style="default"), soft_wrap=True)


def new_table(*columns: str, left: Sequence[str] = (), title: str | None = None) -> Table:
    """Return an empty table; columns named in ``left`` hold text, the others numbers."""
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
        title=title,
        title_justify="left",
        title_style="bold",
    )
    for column in columns:
        table.add_column(column, justify="left" if column in left else "right", overflow="fold")
    return table


class _Console(Console):
    """A console that leaves it to the command what a closed pipe means; rich would end with code 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _console(stream: TextIO) -> Console:
    known = stream.isatty() or "COLUMNS" in os.environ
    return _Console(file=stream, width=None if known else WIDTH_OF_FILES, highlight=False, markup=False, emoji=False)
