"""Measure a search for relatives beside what a scientist would script in numpy.

`python benches/python/kinship_peers.py` (with the project's `.venv`) simulates profiles, asserts that both give the
same answer, and times both on one thread: the likelihood ratio of a full sibling and of a parent for everybody of a
database. The script makes a table of log10 ratios a locus, looks every genotype up by its two numbers, and adds up;
matcher's time holds all of its search, with the exact ratios of those listed. Measured elsewhere: DNAprofiles in R
4.2 million ratios a second and core, forrel 256, Familias 73.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import matcher
import numpy as np
from matcher import dna, simulate

T = TypeVar("T")
SEARCHED = 300_000
# Those listed are evaluated one by one, a cost that the script does not have and that does not grow with the database.
LISTED = 10
COEFFICIENTS = {"full-siblings": (0.25, 0.5, 0.25), "parent-child": (0.0, 1.0, 0.0)}


def timed(run: Callable[[], T], repeats: int = 5) -> tuple[float, T]:
    """Give the shortest of some times, in seconds, and the answer."""
    best, answer = float("inf"), None
    for _ in range(repeats):
        start = time.perf_counter()
        answer = run()
        best = min(best, time.perf_counter() - start)
    assert answer is not None
    return best, answer


def table(frequencies: np.ndarray, probe: np.ndarray, k: tuple[float, float, float]) -> np.ndarray:
    """Give the log10 likelihood ratio of each genotype [a, b] of a relative of the probe, by the textbook's formula."""
    numbers = np.arange(len(frequencies))
    shared = sum((numbers == allele).astype(float) for allele in probe) / frequencies
    one = (shared[:, None] + shared[None, :]) / 4
    two = np.zeros_like(one)
    a, b = probe
    two[a, b] = two[b, a] = 1 / (frequencies[a] * frequencies[b] * (1 if a == b else 2))
    with np.errstate(divide="ignore"):
        return np.log10(k[0] + k[1] * one + k[2] * two)


def main() -> None:
    """Measure and print."""
    loci = [locus for locus in dna.kit("PowerPlex Fusion").loci if locus not in ("Amelogenin", "DYS391")]
    people = list(simulate.profiles(SEARCHED, "nist1036", seed=7, loci=loci))
    database = dna.ProfileTable(people)
    known = dna.Frequencies.builtin("nist1036")
    shown = [person.loci for person in people]
    alleles = {locus: sorted({a for genotypes in shown for a in genotypes[locus]}) for locus in loci}
    numbers = {locus: {allele: k for k, allele in enumerate(alleles[locus])} for locus in loci}
    packed = np.array(
        [[[numbers[locus][a] for a in genotypes[locus]] for genotypes in shown] for locus in loci], np.uint8
    )
    frequencies = [np.array([known.frequency(locus, allele) for allele in alleles[locus]]) for locus in loci]
    probe, row = people[SEARCHED // 3], SEARCHED // 3

    print(f"{matcher.__version__}, {len(loci)} loci, one thread, {SEARCHED:,} profiles; matcher / numpy")
    for relation, k in COEFFICIENTS.items():

        def script(k: tuple[float, float, float] = k) -> np.ndarray:
            total = np.zeros(SEARCHED)
            for codes, p in zip(packed, frequencies, strict=True):
                of_genotype = table(p, codes[row], k)
                total += of_genotype[codes[:, 0], codes[:, 1]]
            return total

        def search(relation: str = relation) -> dna.RelativeList:
            return database.search_relatives(probe, relation, "nist1036", LISTED, threads=1)

        fast, answer = timed(search)
        slow, ratios = timed(script)
        listed = [candidate.log10_lr for candidate in answer]
        best = np.sort(ratios)[::-1][: len(listed)]
        assert np.allclose(listed, best, rtol=0, atol=1e-9), "the same ratios, best first"
        print(f"{relation}: {SEARCHED / fast:,.0f} / {SEARCHED / slow:,.0f} LR/s, {slow / fast:,.1f} x")


if __name__ == "__main__":
    main()
