"""How well it works: error rates of comparison and of search, with how far they can be trusted.

Words and counts are those of ISO/IEC 19795-1: a score at or above the threshold is a match, FMR counts
non-mated comparisons that match, FNMR mated ones that do not. `evaluate_folders` runs a whole labelled folder
of templates. `power` tells whether relatives can solve a case of a missing person, `compare_relatives` which further
one helps most, `false_leads` what a search of a database will bring up.

Examples
--------
All comparisons of ten simulated fingers with two impressions each:

>>> import numpy as np
>>> from matcher import evaluation, fingerprint, simulate
>>> first, second = zip(*simulate.fingers(10, impressions=2, seed=1))
>>> scores = fingerprint.score_matrix(first, second)
>>> mated = np.eye(10, dtype=bool)
>>> rates = evaluation.error_rates(scores[mated], scores[~mated])
>>> rates.mated, rates.non_mated
(10, 90)
>>> rates.eer
0.0

Ninety non-mated comparisons without an error do not show that there is one in a thousand; the operating point
says so:

>>> rates.operating_point(fmr=1e-3)["supported"]
False

The same scores as searches:

>>> searches = evaluation.identification(scores, range(10), range(10))
>>> float(searches.cmc(max_rank=1)[0])
1.0
"""

from matcher._matcher import (
    ErrorRates,
    FolderEvaluation,
    IdentificationRates,
    PowerReport,
    compare_relatives,
    evaluate_folders,
    false_leads,
    power,
    read_folder,
)
from matcher._matcher import ErrorRates as error_rates
from matcher._matcher import IdentificationRates as identification

__all__ = [
    "ErrorRates",
    "FolderEvaluation",
    "IdentificationRates",
    "PowerReport",
    "compare_relatives",
    "error_rates",
    "evaluate_folders",
    "false_leads",
    "identification",
    "power",
    "read_folder",
]
