"""Options and arguments that several commands have, with one meaning everywhere."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

import typer

from matcher.fingerprint import DECISION_THRESHOLD

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Write one JSON object on stdout instead of tables.")]
MinScore: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--min-score",
        metavar="SCORE",
        help="Decision threshold: the lowest score that counts as found. "
        f"[default: {DECISION_THRESHOLD:g} for each view of the probe] It stands for one in 10,000 non-mated "
        "comparisons on the model's scale, which was counted up to 35 and carried on from there; what is true of your "
        "prints depends on the sensor and on the extractor of the minutiae.",
    ),
]
Threads: TypeAlias = Annotated[
    int | None,
    typer.Option("--threads", metavar="N", help="How many threads; all cores unless said. Results never depend on it."),
]
Dpi: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--dpi",
        metavar="N",
        help="Resolution of images, in dots per inch. It wins over what a file states, and is needed where it states "
        "none. Also of xyt texts, which never do.",
    ),
]
ViewerOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--viewer",
        metavar="NAME",
        help="Who asks, of a gallery: sees what everybody may see, and what is this viewer's or visible to them. "
        "Unless said, only what everybody may see.",
    ),
]
TagOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="TAG", help="Only subjects of a gallery with this tag; repeated, with any of them."),
]


def threshold(min_score: float | None, views: int) -> float:
    """Return the decision threshold for a probe of so many views, whose scores are added.

    Non-mated scores are small and add up, so the default grows with the number of views.
    """
    if min_score is None:
        return DECISION_THRESHOLD * views
    if math.isnan(min_score):
        raise typer.BadParameter("is NaN, expected a number", param_hint="--min-score")
    return min_score
