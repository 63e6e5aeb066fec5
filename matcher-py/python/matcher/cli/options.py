"""Options and arguments that several commands have, with one meaning everywhere."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from matcher.fingerprint import DECISION_THRESHOLD

AsJson: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Write one JSON object on stdout instead of tables.")
]
MinScore: TypeAlias = Annotated[
    float,
    typer.Option(
        "--min-score",
        metavar="SCORE",
        help="Decision threshold: the lowest score that counts as found. The default is a score that fewer "
        "than 1 in 10,000 non-mated comparisons reached where it was measured; it depends on the sensor and on "
        "the extractor of the minutiae.",
    ),
]
DEFAULT_MIN_SCORE = DECISION_THRESHOLD
Threads: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--threads", metavar="N", help="How many threads; all cores unless said. Results never depend on it."
    ),
]
