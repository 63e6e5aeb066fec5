"""`matcher compare A B`: one print compared with another, and the minutiae that the score rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from matcher._matcher import Comparison, Matcher, Template
from matcher.cli.evidence import describe_comparison, show_pairs
from matcher.cli.files import choose, describe, is_image, read_views, summary
from matcher.cli.options import AsJson, Dpi, MinScore, threshold
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, plural, printable
from matcher.fingerprint import draw_comparison, read_image


@guarded
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Template file or image of the probe.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Template file or image of the reference.")],
    view: Annotated[
        str,
        typer.Option(
            "--view",
            metavar="A:B",
            help="Views of A and of B, counted from 0: 1:0, or 1: and :0 for one side alone. "
            "Unless said, all views of A are compared with all of B and the best comparison is shown.",
        ),
    ] = ":",
    min_score: MinScore = None,
    dpi: Dpi = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            "--picture",
            metavar="FILE",
            help="Draw the two prints side by side, with the corresponding minutiae, into this file (.svg or .png).",
        ),
    ] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Compare two prints, templates or images, and show the corresponding minutiae.

    Exit codes: 0 the score reaches the threshold, 1 it does not, 2 wrong input, 4 not comparable.
    """
    out = Output(as_json)
    min_score = threshold(min_score, views=1)
    probe_view, reference_view = _sides(view)
    probes, references = read_views(a, out, dpi), read_views(b, out, dpi)
    comparisons = [
        (i, j, matcher.compare(references[j]))
        for i in choose(probes, probe_view, a)
        for matcher in [Matcher(probes[i])]
        for j in choose(references, reference_view, b)
    ]
    # The best one; of equal ones the first, and any before one that says nothing.
    i, j, best = max(comparisons, key=lambda item: (item[2].comparable, item[2].score))
    probe, reference = probes[i], references[j]

    positions = {probe.finger_position, reference.finger_position} - {0}
    if len(positions) > 1:
        out.warning("the two files state different fingers")
    code = _outcome(best, min_score)
    if picture is not None:
        draw_comparison(
            probe,
            reference,
            best,
            probe_image=read_image(a, dpi) if is_image(a) else None,
            reference_image=read_image(b, dpi) if is_image(b) else None,
            probe_id=printable(a.name),
            reference_id=printable(b.name),
        ).save(picture)
        out.note(f"picture written to {picture}")
    if as_json:
        out.emit(
            {
                "command": "compare",
                "probe": {"file": str(a), "view": i, **describe(probe)},
                "reference": {"file": str(b), "view": j, **describe(reference)},
                "compared": [_entry(entry) for entry in comparisons],
                **describe_comparison(best, probe, reference),
                "min_score": min_score,
                **code.describe(),
            }
        )
        return code
    _show(out, (a, i, probe), (b, j, reference), best, min_score, code)
    if len(comparisons) > 1:
        out.note(f"the best of {plural(len(comparisons), 'comparison')}; --view chooses one")
    return code


def _sides(view: str) -> tuple[int | None, int | None]:
    """Return the two numbers of ``1:0``; one number stands for both sides."""
    a, colon, b = view.partition(":")
    try:
        sides = [int(side) if side.strip() else None for side in (a, b if colon else a)]
    except ValueError:
        message = f"is {view!r}, expected numbers of views such as 1:0, 1: or :0"
        raise typer.BadParameter(message, param_hint="--view") from None
    return sides[0], sides[1]


def _outcome(comparison: Comparison, min_score: float) -> ExitCode:
    if not comparison.comparable:
        return ExitCode.NOT_COMPARABLE
    return ExitCode.FOUND if comparison.score >= min_score else ExitCode.NOT_FOUND


def _entry(entry: tuple[int, int, Comparison]) -> dict[str, Any]:
    i, j, comparison = entry
    return {
        "probe_view": i,
        "reference_view": j,
        "score": comparison.score,
        "comparable": comparison.comparable,
        "paired": len(comparison.pairs),
    }


def _show(
    out: Output,
    probe: tuple[Path, int, Template],
    reference: tuple[Path, int, Template],
    best: Comparison,
    min_score: float,
    code: ExitCode,
) -> None:
    facts: dict[str, str | Text] = {}
    for name, (path, view, template) in {"Probe": probe, "Reference": reference}.items():
        facts[name] = f"{printable(path)}, view {view} · {summary(template)}"
    verdict = {
        ExitCode.FOUND: f"{best.score:.2f}, reaches the decision threshold of {min_score:g}",
        ExitCode.NOT_FOUND: f"{best.score:.2f}, below the decision threshold of {min_score:g}",
    }.get(code, f"none: {best.not_comparable}")
    facts["Score"] = Text(verdict, style="bold")
    if best.comparable:
        facts["Paired minutiae"] = str(len(best.pairs))
        parts = {name: f"{value:.3g}" if value < 1000 else f"{value}" for name, value in best.parts.items()}
        facts["Parts"] = " · ".join(f"{name} {value}" for name, value in parts.items())
    facts["Method"] = str(best.method)
    out.facts(facts)
    if len(best.pairs):
        out.line()
        show_pairs(best, probe[2], reference[2], out)
