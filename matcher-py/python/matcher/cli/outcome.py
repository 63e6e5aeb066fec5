"""How a command ends: the exit codes, and errors as one line instead of a traceback."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from types import FrameType
from typing import Any, NoReturn, ParamSpec

import typer

from matcher.cli.output import Output
from matcher.errors import InvalidValueError, MatcherError

P = ParamSpec("P")

TRACEBACK_VARIABLE = "MATCHER_TRACEBACK"
"""Environment variable that, when set, lets the traceback of a fault through: for those who look for it."""


class ExitCode(IntEnum):
    """The exit codes; their names in lower case stand as ``outcome`` in the JSON."""

    FOUND = 0
    NOT_FOUND = 1
    WRONG_INPUT = 2
    INCOMPLETE = 3
    NOT_COMPARABLE = 4

    def describe(self) -> dict[str, Any]:
        """Return what the JSON of every command says of its end."""
        return {"outcome": self.name.lower(), "exit_code": int(self)}


def fail(out: Output, kind: str, message: str, code: ExitCode, **fields: str) -> ExitCode:
    """Say what went wrong: a line on stderr, and with ``--json`` an object on stdout."""
    out.error(message)
    if out.as_json:
        out.emit({"error": {"kind": kind, "message": message, **fields}, **code.describe()})
    return code


def interrupted(out: Output) -> ExitCode:
    """Say that Ctrl-C ended the command."""
    return fail(out, "KeyboardInterrupt", "interrupted: there is no answer", ExitCode.INCOMPLETE)


@contextmanager
def interrupt_sets() -> Iterator[threading.Event]:
    """Let the first Ctrl-C stop the search, which answers with what it has; a second one ends it all."""
    cancel = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()

    previous = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, previous)


def guarded(command: Callable[P, ExitCode]) -> Callable[P, NoReturn]:
    """Make a function that returns an exit code into a command that ends with it, whatever happens."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> NoReturn:
        out = Output(as_json=bool(kwargs.get("as_json")))
        raise typer.Exit(int(_end_of(lambda: command(*args, **kwargs), out)))

    return run


def _end_of(command: Callable[[], ExitCode], out: Output) -> ExitCode:
    try:
        code = command()
        sys.stdout.flush()
        return code
    except InvalidValueError as error:
        details = ("record", "field", "value", "expected")
        fields = {name: getattr(error, name) for name in details if getattr(error, name)}
        return fail(out, type(error).__name__, str(error), ExitCode.WRONG_INPUT, **fields)
    except MatcherError as error:
        return fail(out, type(error).__name__, str(error), ExitCode.WRONG_INPUT)
    except KeyboardInterrupt:
        return interrupted(out)
    except BrokenPipeError:
        # Whoever read the answer has gone. What is still buffered must not complain when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.INCOMPLETE
    except BaseException as error:
        # Also a panic of the compiled module, no `Exception` that one. Usage errors and exits are typer's.
        if isinstance(error, SystemExit | typer.Exit) or hasattr(error, "format_message"):
            raise
        if TRACEBACK_VARIABLE in os.environ:
            raise
        message = (
            f"this is a fault of matcher, there is no answer: {type(error).__name__}: {error} "
            f"(please report it; with {TRACEBACK_VARIABLE}=1 you see where it happened)"
        )
        return fail(out, type(error).__name__, message, ExitCode.INCOMPLETE)
