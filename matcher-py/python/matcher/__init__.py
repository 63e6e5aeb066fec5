"""Forensic biometric matching: fingerprint minutiae and DNA profiles.

========================  ==========================================================
`matcher.fingerprint`     templates in and out, one print compared with another
`matcher.dna`             profiles, rules, comparisons, tables to search, match probabilities, kinship
`matcher.Gallery`         many subjects, in memory or in a folder; searching them gives ranked candidates
`matcher.simulate`        fingers, galleries, profiles and families from a seed
`matcher.evaluation`      error rates with how far they can be trusted; the power of relatives
`matcher.errors`          what can go wrong, as exceptions
`matcher.distributed`     a gallery on many machines, with Dask; to be imported by its name
========================  ==========================================================

Examples
--------
Ten subjects are enrolled; a second impression of one of their fingers finds its subject.

>>> import matcher
>>> gallery = matcher.Gallery.in_memory()
>>> probes = {}
>>> for number, (enrolled, probe) in enumerate(matcher.simulate.fingers(10, impressions=2, seed=7)):
...     gallery.enrol(f"S{number}", [enrolled])
...     probes[f"S{number}"] = probe
>>> candidates = gallery.search(probes["S3"])
>>> candidates[0].subject_id
'S3'
>>> candidates.complete, candidates.searched
(True, 10)

What the examiner looks at: which minutia of the probe lies on which of the reference.

>>> candidates[0].evidence().pairs.shape[1]
2

A gallery in a folder outlives the program:

>>> import tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> with matcher.Gallery.create(f"{folder.name}/bureau") as gallery:
...     gallery.enrol("S3", [probes["S3"]])
>>> with matcher.Gallery.open(f"{folder.name}/bureau") as gallery:
...     print(gallery.search(probes["S3"])[0].subject_id)
S3
>>> folder.cleanup()
"""

from matcher import dna, errors, evaluation, fingerprint, simulate
from matcher._matcher import (
    Batch,
    Candidate,
    CandidateList,
    Evidence,
    Finding,
    Gallery,
    JointCandidate,
    JointCandidateList,
    Link,
    Links,
    Recovery,
    Subject,
    __version__,
)
from matcher.errors import (
    AlreadyEnrolledError,
    ClusterError,
    DamagedError,
    ExpiredError,
    FileError,
    InUseError,
    InvalidValueError,
    MatcherError,
    NoModelError,
    NotAGalleryError,
    NotEnrolledError,
    ReadOnlyError,
    StoreError,
    ThreadsError,
    UnknownFormatError,
    WrongBaseError,
)

__all__ = [
    "AlreadyEnrolledError",
    "Batch",
    "Candidate",
    "CandidateList",
    "ClusterError",
    "DamagedError",
    "Evidence",
    "ExpiredError",
    "FileError",
    "Finding",
    "Gallery",
    "InUseError",
    "InvalidValueError",
    "JointCandidate",
    "JointCandidateList",
    "Link",
    "Links",
    "MatcherError",
    "NoModelError",
    "NotAGalleryError",
    "NotEnrolledError",
    "ReadOnlyError",
    "Recovery",
    "StoreError",
    "Subject",
    "ThreadsError",
    "UnknownFormatError",
    "WrongBaseError",
    "__version__",
    "dna",
    "errors",
    "evaluation",
    "fingerprint",
    "simulate",
]
