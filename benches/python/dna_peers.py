"""Measure a search of DNA profiles beside what a scientist would script in numpy.

`python benches/python/dna_peers.py` (with the project's `.venv`) simulates profiles, asserts that both give the same
answer, and times both on one thread: who has the same alleles as a probe at all loci but one, and at how many loci each
two of some profiles match. DNAtools in R was measured elsewhere: 4.2 million pairs a second and core at 23 loci.
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
PAIRED = 4_000


def timed(run: Callable[[], T], repeats: int = 5) -> tuple[float, T]:
    """Give the shortest of some times, in seconds, and the answer."""
    best, answer = float("inf"), None
    for _ in range(repeats):
        start = time.perf_counter()
        answer = run()
        best = min(best, time.perf_counter() - start)
    assert answer is not None
    return best, answer


def main() -> None:
    """Measure and print."""
    loci = [locus for locus in dna.kit("PowerPlex Fusion").loci if locus not in ("Amelogenin", "DYS391")]
    people = list(simulate.profiles(SEARCHED, "nist1036", seed=7, loci=loci))
    table = dna.ProfileTable(people)
    numbers = {
        allele: k for k, allele in enumerate(sorted({a for p in people[:50_000] for g in p.loci.values() for a in g}))
    }
    packed = np.array(
        [[[numbers.get(a, 255) for a in p.loci[locus]] for locus in loci] for p in people], dtype=np.uint8
    )
    packed.sort(axis=2)
    probe = people[SEARCHED // 3]
    row = packed[SEARCHED // 3]

    rule = dna.Rule("high", min_loci=len(loci) - 1, max_mismatches=1, name="all but one")
    scan, answer = timed(lambda: table.search(probe, rule, threads=1))
    script, matching = timed(lambda: np.flatnonzero((packed == row).all(axis=2).sum(axis=1) >= len(loci) - 1))
    assert [candidate.row for candidate in answer] == matching.tolist()

    few = packed[:PAIRED]
    lay, all_pairs = timed(lambda: dna.compare_all(people[:PAIRED], threads=1), repeats=2)

    def pairs() -> np.ndarray:
        counts = np.zeros(len(loci) + 1, dtype=np.int64)
        for k in range(PAIRED - 1):
            equal = (few[k + 1 :] == few[k]).all(axis=2).sum(axis=1)
            counts += np.bincount(equal, minlength=len(loci) + 1)
        return counts

    scripted, counts = timed(pairs, repeats=1)
    assert all_pairs.sum(axis=1).tolist() == counts.tolist()
    all_of_them = PAIRED * (PAIRED - 1) / 2
    print(f"{matcher.__version__}, {len(loci)} loci, one thread; matcher / numpy")
    rates = [SEARCHED / scan, SEARCHED / script, script / scan]
    print(f"one against {SEARCHED:,}: {rates[0]:,.0f} / {rates[1]:,.0f} profiles/s, {rates[2]:,.0f} x")
    rates = [all_of_them / lay, all_of_them / scripted, scripted / lay]
    print(f"all pairs of {PAIRED:,}: {rates[0]:,.0f} / {rates[1]:,.0f} pairs/s, {rates[2]:,.0f} x")


if __name__ == "__main__":
    main()
