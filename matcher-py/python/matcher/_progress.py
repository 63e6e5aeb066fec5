"""Progress of a long call: a bar on stderr where somebody watches, else nothing.

The compiled module calls `start` where it is asked for ``progress=True``. Results go to stdout, so a bar
never gets between them; and rich is imported only when there is a bar to be drawn or not.

Examples
--------
>>> from matcher import _progress
>>> progress = _progress.start("Searching")
>>> progress(10, 80)
>>> progress.finish()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console


class Progress(Protocol):
    """What is told how far the work has come."""

    def __call__(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` are done."""

    def finish(self) -> None:
        """Take the bar away; harmless when repeated."""


class _Silent:
    """Nobody watches."""

    def __call__(self, done: int, total: int) -> None:
        pass

    def finish(self) -> None:
        pass


class _Bar:
    """A bar in a terminal or a notebook; may be called from any thread, late calls never move it back."""

    def __init__(self, label: str, console: Console) -> None:
        from rich import progress

        self._bar = progress.Progress(
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task(label, total=None)
        self._done = 0
        self._bar.start()

    def __call__(self, done: int, total: int) -> None:
        self._done = max(self._done, done)
        self._bar.update(self._task, completed=self._done, total=total)

    def finish(self) -> None:
        self._bar.stop()


def start(label: str) -> Progress:
    """Start to show progress.

    Parameters
    ----------
    label : str
        What is being done, for people.

    Returns
    -------
    Progress
        To be called with how many are done, of how many; ``finish()`` ends it.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal or console.is_jupyter:
        return _Bar(label, console)
    return _Silent()
