"""Mistaken conventions of a set of prints, as the commands tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matcher.cli.output import Output
from matcher.fingerprint import Suspicion


def tell_suspicions(suspicions: Sequence[Suspicion], out: Output) -> None:
    """Say on stderr what the prints as a whole are suspected of."""
    for suspicion in suspicions:
        out.warning(f"{suspicion}; look at some of them on their images")


def describe_suspicion(suspicion: Suspicion) -> dict[str, Any]:
    """Return a suspicion as the JSON has it."""
    return {
        "mistake": suspicion.mistake,
        "description": suspicion.description,
        "found": suspicion.found,
        "usual": list(suspicion.usual),
        "prints": suspicion.prints,
    }
