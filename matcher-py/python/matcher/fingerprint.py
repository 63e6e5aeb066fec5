"""Fingerprints: from images to templates, templates in and out, and one print compared with another.

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

`FORMATS` names the formats that `read` and `write` know, `format_of` tells them apart, and `losses` says what one of
them does not keep of a template. `check_conventions` looks for mistaken conventions in a set of prints: clockwise
directions, a wrong unit of angle, a wrong resolution.

Transactions of ANSI/NIST-ITL are read like other files where minutiae are meant; `read_transaction` shows all their
records, and decodes their images:

>>> card = fingerprint.read_transaction("card.eft")                                 # doctest: +SKIP
>>> [fingerprint.extract(card.image(k)) for k, r in enumerate(card.records) if r["type"] == 14]  # doctest: +SKIP

From an image to a template, by the network LEADER. Its model is a file of its own, which `install_model`, or
``matcher model install``, fetches once:

>>> template = fingerprint.extract("scan.png")                                      # doctest: +SKIP
>>> templates = fingerprint.extract_many(["a.wsq", "b.tif"], dpi=500)               # doctest: +SKIP
>>> template = fingerprint.extract(pixels, dpi=500, finger_position=2)              # doctest: +SKIP

`extract` takes a path, the bytes of a file, a 2-D array of uint8, or what `read_image` gave, and needs the
resolution where the file states none. What was found, and what a comparison paired, is shown by a picture,
as SVG or PNG; a notebook shows it by itself:

>>> [(image, print_of_image), (again, print_of_again)] = next(simulate.ridge_images(1, impressions=2, seed=9))
>>> "trace 3" in fingerprint.draw(print_of_image, image, id="trace 3").to_svg()
True
>>> fingerprint.draw_comparison(
...     print_of_image, print_of_again, probe_image=image, reference_image=again
... ).save("evidence.svg")                                                         # doctest: +SKIP

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
    IMAGE_EXTENSIONS,
    Comparison,
    Extractor,
    Image,
    Matcher,
    Method,
    Model,
    Picture,
    Suspicion,
    Template,
    Transaction,
    check_conventions,
    compare_pairs,
    cylinders,
    default_config,
    draw,
    draw_comparison,
    extract,
    extract_many,
    format_of,
    image_format_of,
    losses,
    model_path,
    read_image,
    read_transaction,
    score_matrix,
)
from matcher._matcher import compare_templates as compare
from matcher._matcher import read_templates as read
from matcher._matcher import write_templates as write
from matcher._model import install_model

__all__ = [
    "DECISION_THRESHOLD",
    "FINGER_POSITIONS",
    "FORMATS",
    "IMAGE_EXTENSIONS",
    "MINUTIA_KINDS",
    "Comparison",
    "Extractor",
    "Image",
    "Matcher",
    "Method",
    "Model",
    "Picture",
    "Suspicion",
    "Template",
    "Transaction",
    "check_conventions",
    "compare",
    "compare_pairs",
    "cylinders",
    "default_config",
    "draw",
    "draw_comparison",
    "extract",
    "extract_many",
    "format_of",
    "image_format_of",
    "install_model",
    "losses",
    "model_path",
    "read",
    "read_image",
    "read_transaction",
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
