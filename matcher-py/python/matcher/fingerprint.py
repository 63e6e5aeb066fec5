"""Fingerprints: templates in and out, and one print compared with another.

A `Template` holds the minutiae of one print in the pixels of its own image. `compare` says how far two prints
speak for one finger, and shows the minutiae that it rests on; `Matcher` prepares a probe once for many
comparisons.

Examples
--------
Two impressions of one finger, and one of another:

>>> from matcher import fingerprint, simulate
>>> (first, second), (other, _) = simulate.fingers(2, impressions=2, seed=9)
>>> mated = fingerprint.compare(first, second)
>>> mated.score >= fingerprint.DECISION_THRESHOLD
True
>>> fingerprint.compare(first, other).score >= fingerprint.DECISION_THRESHOLD
False

A score does not depend on which of the two is the probe, and rests on paired minutiae:

>>> fingerprint.compare(second, first).score == mated.score
True
>>> probe_rows, reference_rows = mated.pairs.T
>>> first.minutiae[probe_rows]["direction"].shape == second.minutiae[reference_rows]["direction"].shape
True

A score is -10 log10 of the share of non-mated comparisons that reach it, as measured where the model was fitted:
30 is one in a thousand. Up to 35 this was counted, from there the scale is carried on in a straight line; so
`DECISION_THRESHOLD`, 40, stands for one in ten thousand: where to look first, not a decision. It holds for one
probe print against one reference print under the standard configuration and `Model`. Sensors, extractors and
people differ: measure it on prints of your own (`matcher evaluate`), and remember that a search of N references
has N chances to reach it.

`FORMATS` names the formats that `read` and `write` know, and `format_of` tells them apart.

Minutiae of one's own extractor, as arrays:

>>> print_of_mine = fingerprint.Template.from_arrays(
...     x=[100, 140], y=[80, 200], direction=[0.5, 3.1], kind=["ridge ending", "bifurcation"], dpi=500
... )
>>> [fingerprint.MINUTIA_KINDS[code] for code in print_of_mine.minutiae["kind"]]
['ridge ending', 'bifurcation']
"""

from typing import Final

from matcher._matcher import (
    DECISION_THRESHOLD,
    FORMATS,
    Comparison,
    Matcher,
    Method,
    Model,
    Template,
    compare_pairs,
    cylinders,
    default_config,
    format_of,
    score_matrix,
)
from matcher._matcher import compare_templates as compare
from matcher._matcher import read_templates as read
from matcher._matcher import write_templates as write

__all__ = [
    "DECISION_THRESHOLD",
    "FINGER_POSITIONS",
    "FORMATS",
    "MINUTIA_KINDS",
    "Comparison",
    "Matcher",
    "Method",
    "Model",
    "Template",
    "compare",
    "compare_pairs",
    "cylinders",
    "default_config",
    "format_of",
    "read",
    "score_matrix",
    "write",
]

MINUTIA_KINDS: Final = ("other", "ridge ending", "bifurcation")
"""Names of the codes in the column ``kind`` of `Template.minutiae`, by code."""

FINGER_POSITIONS: Final = (
    "unknown finger",
    "right thumb",
    "right index",
    "right middle",
    "right ring",
    "right little",
    "left thumb",
    "left index",
    "left middle",
    "left ring",
    "left little",
)
"""Names of the codes of `Template.finger_position`, by code."""
