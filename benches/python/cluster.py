"""Measure a cluster of processes on this machine beside one process with the same gallery.

`python benches/python/cluster.py` (with the project's `.venv`) simulates subjects, cuts them into shards, asserts that
the cluster gives the same answers, and measures what a search takes longer than in one process with as many threads,
and what two workers do with a batch beside one. `--subjects`, `--searches` and `--batch` make it larger; `--workers`
says on how many.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import matcher
from distributed import Client, LocalCluster
from matcher import dna, simulate
from matcher.distributed import Cluster, split
from matcher.fingerprint import Template

T = TypeVar("T")
SEED = 7
SHARDS = 4


def timed(run: Callable[[], T]) -> tuple[float, T]:
    """Give what a call took, in seconds, and its answer."""
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


@contextmanager
def workers(count: int, shards: list[Path]) -> Iterator[Cluster]:
    """Give a cluster of so many processes with one thread each."""
    local = LocalCluster(n_workers=count, threads_per_worker=1, memory_limit=0, dashboard_address=":0")
    with local, Client(local) as client:
        client.wait_for_workers(count)
        with Cluster(client, shards) as cluster:
            yield cluster


def overhead(name: str, there: Callable[[T], object], here: Callable[[T], object], probes: list[T]) -> None:
    """Measure search by search, one after the other here and there, so that both see the same machine."""
    pairs = [(timed(lambda p=probe: there(p))[0], timed(lambda p=probe: here(p))[0]) for probe in probes]
    cluster, alone = ([1000 * pair[side] for pair in pairs] for side in (0, 1))
    more = [a - b for a, b in zip(cluster, alone, strict=True)]
    print(
        f"{name}: median {statistics.median(cluster):.1f} ms, one process {statistics.median(alone):.1f} ms; "
        f"overhead: median {statistics.median(more):.1f} ms, quartiles {statistics.quantiles(more, n=4)[0]:.1f} to "
        f"{statistics.quantiles(more, n=4)[2]:.1f} ms, over {len(probes)} searches",
        flush=True,
    )


def impressions(count: int, people: int) -> list[Template]:
    """Give other impressions of those who are enrolled."""
    step = max(1, people // count)
    wanted = set(range(0, step * count, step))
    prints = simulate.fingers(step * count, impressions=2, seed=SEED)
    return [finger[1] for k, finger in enumerate(prints) if k in wanted][:count]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=20_000)
    parser.add_argument("--searches", type=int, default=20)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4])
    asked = parser.parse_args()
    cores = os.cpu_count() or 1

    with tempfile.TemporaryDirectory() as home:
        people = [
            (f"S{k:07}", prints[0])
            for k, prints in enumerate(simulate.fingers(asked.subjects, impressions=2, seed=SEED))
        ]
        profiles = list(simulate.profiles(asked.subjects, "nist1036", seed=SEED))
        whole = matcher.Gallery.create(Path(home) / "whole")
        with whole.batch() as batch:
            for (name, enrolled), profile in zip(people, profiles, strict=True):
                batch.enrol(name, enrolled, profile)
        took, shards = timed(lambda: split(whole, Path(home) / "shards", SHARDS))
        print(
            f"matcher {matcher.__version__}, {cores} cores: {asked.subjects:,} subjects cut into {SHARDS}, {took:.1f} s"
        )
        probes = impressions(max(asked.searches, asked.batch), asked.subjects)
        rule = dna.Rule("high", min_loci=20, max_mismatches=1, name="all but one")
        expected = whole.search_many(probes[: asked.batch])

        rates: dict[int, float] = {}
        for count in sorted({1, 2, *asked.workers}):
            threads = min(count, cores)
            with workers(count, shards) as cluster:
                # The first search of each maps and checks what it reads.
                for probe in probes[:2]:
                    assert cluster.search(probe) == whole.search(probe, threads=threads)
                found, alone = cluster.search_dna(profiles[5], rule), whole.search_dna(profiles[5], rule)
                assert (found.hits, found[0].subject_id) == (alone.hits, alone[0].subject_id)
                if count in asked.workers:
                    some = probes[: asked.searches]
                    where = f"{count} workers, one thread each"
                    overhead(where, cluster.search, lambda p, t=threads: whole.search(p, threads=t), some)
                    overhead(
                        f"{where}, DNA",
                        lambda p: cluster.search_dna(p, rule),
                        lambda p, t=threads: whole.search_dna(p, rule, threads=t),
                        profiles[: asked.searches],
                    )
                took, answers = timed(lambda: cluster.search_many(probes[: asked.batch]))
                assert answers == expected
                rates[count] = asked.batch / took
                print(f"{count} workers: a batch of {asked.batch}: {rates[count]:.1f} searches/s", flush=True)
        print(f"two workers do {rates[2] / rates[1]:.2f} times what one does")


if __name__ == "__main__":  # the workers import this file, too
    main()
