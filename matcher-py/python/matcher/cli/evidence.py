"""The evidence of a comparison: which minutia lies on which, for people and as JSON."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher._matcher import Comparison, Template
from matcher.cli.output import Output, describe_method, new_table
from matcher.fingerprint import MINUTIA_KINDS


def describe_comparison(comparison: Comparison, probe: Template, reference: Template) -> dict[str, Any]:
    """Return a comparison as the JSON has it.

    ``pairs`` holds both minutiae of each pair: ``index`` counts `Template.minutiae`, ``row`` the file; places
    are pixels of the print's own image from its top left corner, directions radians counter-clockwise from
    the x axis.
    """
    return {
        "score": comparison.score,
        "log10_lr": comparison.log10_lr,
        "comparable": comparison.comparable,
        "not_comparable": comparison.not_comparable,
        "parts": comparison.parts,
        "paired": len(comparison.pairs),
        "pairs": [
            {"probe": _minutia(probe, int(a)), "reference": _minutia(reference, int(b))} for a, b in comparison.pairs
        ],
        "transform": comparison.transform,
        "method": describe_method(comparison.method),
    }


def _minutia(template: Template, index: int) -> dict[str, Any]:
    row = template.minutiae[index]
    return {
        "index": index,
        "row": int(row["source_index"]),
        "x": float(row["x"]),
        "y": float(row["y"]),
        "direction": float(row["direction"]),
        "kind": MINUTIA_KINDS[int(row["kind"])],
        "quality": float(row["quality"]),
    }


def show_pairs(comparison: Comparison, probe: Template, reference: Template, out: Output) -> None:
    """Write the pairs as a table, and how the reference lies on the probe."""
    columns = ("row", "x", "y", "angle", "kind", "qual")
    title = f"{len(comparison.pairs)} pairs of corresponding minutiae, probe │ reference"
    table = new_table("", *columns, "│", *columns, left=("kind",), title=title)
    for number, (a, b) in enumerate(comparison.pairs, start=1):
        table.add_row(str(number), *_cells(probe, int(a)), "│", *_cells(reference, int(b)))
    out.table(table)
    out.line()
    out.line("row: in the file, from 0. x, y: pixels of its own image, from the top left.")
    out.line("angle: degrees counter-clockwise from the x axis. qual: quality, 0 to 1.")
    if comparison.transform is not None:
        out.line()
        for line in lines_of_transform(comparison.transform):
            out.line(line)


def _cells(template: Template, index: int) -> list[str]:
    m = _minutia(template, index)
    quality = "–" if math.isnan(m["quality"]) else f"{m['quality']:.2f}"
    angle = math.degrees(m["direction"]) % 360
    return [str(m["row"]), _place(m["x"]), _place(m["y"]), f"{angle:.1f}", SHORT[m["kind"]], quality]


def _place(pixels: float) -> str:
    return f"{pixels:.1f}".removesuffix(".0")


SHORT = dict(zip(MINUTIA_KINDS, ("other", "ending", "bifurc"), strict=True))
"""Names of kinds that leave room for two minutiae on a line of 80 characters."""


def lines_of_transform(transform: npt.NDArray[np.float64]) -> list[str]:
    """Return in words how the reference is laid on the probe."""
    (a, b, dx), (c, d, dy) = transform.tolist()
    # y grows downwards, so the sine above the diagonal is that of a turn counter-clockwise as seen.
    turn = math.degrees(math.atan2(b, a))
    sense = "counter-clockwise" if turn >= 0 else "clockwise"
    return [
        f"The reference is turned {abs(turn):.1f}° {sense} to lie on the probe:",
        f"  x' = {_term(a, 'x')} {_signed(b, 'y')} {_signed(dx)}",
        f"  y' = {_term(c, 'x')} {_signed(d, 'y')} {_signed(dy)}",
    ]


def _term(value: float, name: str) -> str:
    return f"{value:.4f} {name}".replace("-", "−")


def _signed(value: float, name: str | None = None) -> str:
    sign = "−" if value < 0 else "+"
    return f"{sign} {abs(value):.4f} {name}" if name else f"{sign} {abs(value):.1f}"
