"""How many machines a gallery needs: cores, memory, latency, from measured rates.

Method
------
A fast search for one finger costs, in seconds of one core,

    prints / scan + max(0.005 prints, 2000) * relaxed + max(0.0002 prints, 200) * compared

where ``prints`` are those that it looks at, ``scan`` is how many search codes a core reads in a second, and the others
are seconds for a print that passes the first and the second stage. Each machine holds a part; all work on one search
together, with all cores, one search after another. So a search takes its cost divided by the cores that they have in
effect, and waits for others as in a queue with random arrivals and equal work: ``busy / (2 (1 - busy))`` of a search
(Pollaczek and Khinchine). The scan of a machine is no faster than its memory.

The rates of :data:`MEASURED` are fitted to three rows of ``benches/results/2026-11-22-learned-codes.md``: 10,000,
100,000 and 1,000,000 simulated prints, three unknowns. Sizes that they were not fitted to: 20,000 prints are foretold
27.5 ms and took 26.1 (``benches/results/2026-11-23-cluster.md``, one thread), 50,798 are foretold 31.6 ms and took 29.8,
1,001,318 are foretold 177 ms and took 172 (``benches/results/2026-11-23-index.md``, the search that scans). :meth:`Rates.measure` takes them on this machine. A search of
several fingers, an exhaustive one, and extraction from images are not in the model.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

from matcher import simulate
from matcher.errors import InvalidValueError

__all__ = ["MEASURED", "Machine", "Plan", "Rates", "plan"]

CODE_SHARE, CODE_LEAST = 0.005, 2000
RELAXED_SHARE, RELAXED_LEAST = 0.0002, 200
"""The default numbers of a fast search: shares of the prints that pass, and the least numbers."""

SCANNED_BYTES = 553
"""What the first stage reads of a print."""
STORED_BYTES = 3046
"""What a print of 45 minutiae takes on the disk, with its record."""
TOGETHER = 0.010
"""Seconds that machines need to agree on the lines of a search: an assumption, measure your network."""
MOST_BUSY = 0.7
"""Share of the time that machines may be at work: beyond it queues grow fast."""
DAY = 86_400
MOST_MACHINES = 1_000_000


@dataclass(frozen=True)
class Rates:
    """What a core does.

    Attributes
    ----------
    scan : float
        Search codes that are read in a second.
    relaxed, compared : float
        Seconds for a print that passes the first stage, and for a subject that passes the second.
    together : float
        Share of a core that each one of several gives to one search.
    """

    scan: float
    relaxed: float
    compared: float
    together: float = 0.94

    def search(self, prints: float) -> float:
        """Return the seconds of one core that a fast search among so many prints takes.

        Examples
        --------
        >>> from matcher.plan import MEASURED
        >>> round(MEASURED.search(1_000_000), 3)
        0.177
        """
        return prints / self.scan + self.passing(prints)

    def passing(self, prints: float) -> float:
        """Return the seconds of it that go to the prints that pass."""
        first = min(max(CODE_SHARE * prints, CODE_LEAST), prints)
        second = min(max(RELAXED_SHARE * prints, RELAXED_LEAST), prints)
        return first * self.relaxed + second * self.compared

    @classmethod
    def measure(cls, sizes: tuple[int, int] = (10_000, 60_000), searches: int = 20) -> Rates:
        """Take the rates on this machine, by searching two simulated galleries with one thread.

        What scales with the gallery is the scan; what does not is shared between the later stages as in
        :data:`MEASURED`.

        Parameters
        ----------
        sizes : (int, int)
            Prints in the two galleries, 4,000 or more, and at most 400,000: there the later stages cost the same.
        searches : int
            Searches in each; the fastest counts.

        Raises
        ------
        matcher.InvalidValueError
            The sizes are out of range or not ascending, or this machine was too busy to tell.
        """
        small, large = sizes
        if not 4_000 <= small < large <= 400_000:
            raise _wrong("sizes", sizes, "two ascending numbers of 4000 to 400000")
        times = [_fastest(size, searches) for size in sizes]
        scan = (large - small) / max(times[1] - times[0], 1e-9)
        fixed = times[0] - small / scan
        if fixed <= 0:
            raise _wrong("seconds of a search", times, "more than the scan takes: measure on an idle machine")
        factor = fixed / MEASURED.passing(small)
        return replace(MEASURED, scan=scan, relaxed=MEASURED.relaxed * factor, compared=MEASURED.compared * factor)


MEASURED = Rates(scan=7.5e6, relaxed=6.2e-6, compared=62e-6)
"""One core of a Xeon with AVX-512 at 3.6 GHz, a shared virtual machine, prints in memory."""


@dataclass(frozen=True)
class Machine:
    """A machine to buy or rent.

    Attributes
    ----------
    cores : int
        Real ones.
    memory : float
        Bytes.
    bandwidth : float
        Bytes a second that it reads from its memory.
    """

    cores: int = 32
    memory: float = 256e9
    bandwidth: float = 100e9


@dataclass(frozen=True)
class Plan:
    """What a gallery needs.

    Attributes
    ----------
    machines, cores : int
        In all.
    memory, disk : float
        Bytes in all: what is scanned, which must be in memory; and all files.
    core_seconds : float
        Of one search.
    search_seconds, latency : float
        Of one search on idle machines; on average with others waiting, at the busiest time.
    busy : float
        Share of the time that the machines are at work then.
    limit : str
        What asks for so many machines: "memory", "load", "latency", or "one is enough".
    """

    machines: int
    cores: int
    memory: float
    disk: float
    core_seconds: float
    search_seconds: float
    latency: float
    busy: float
    limit: str


def plan(
    fingers: float,
    searches_per_day: float,
    *,
    latency: float = 2.0,
    searched: float = 1.0,
    peak: float = 3.0,
    machine: Machine | None = None,
    rates: Rates = MEASURED,
) -> Plan:
    """Say how many machines a gallery needs.

    Parameters
    ----------
    fingers : float
        Prints in the gallery.
    searches_per_day : float
        Each for one finger.
    latency : float
        Seconds that a search may take on average at the busiest time.
    searched : float
        Share of the prints that a search looks at: 1, or 0.1 where all ten fingers are enrolled by position and that of
        the probe is known.
    peak : float
        How many times the average the busiest time has.
    machine : Machine, optional
    rates : Rates

    Raises
    ------
    matcher.InvalidValueError
        A value is out of range, or no number of machines is fast enough.

    Examples
    --------
    >>> from matcher.plan import plan
    >>> small = plan(1e6, 10_000)
    >>> small.machines, small.limit, small.busy < 0.01
    (1, 'one is enough', True)
    >>> plan(400e6, 1e6).limit
    'load'
    """
    machine = machine or Machine()
    for field, value, least in (
        ("fingers", fingers, 1), ("searches_per_day", searches_per_day, 0), ("latency", latency, 0),
        ("searched", searched, 0), ("peak", peak, 1), ("cores", machine.cores, 1),
        ("memory", machine.memory, 1), ("bandwidth", machine.bandwidth, 1),
    ):  # fmt: skip
        most = 1 if field == "searched" else math.inf
        if not (least <= value <= most and math.isfinite(value)) or (field in ("latency", "searched") and value == 0):
            above = "above 0" if field in ("latency", "searched") else f"{least} or more"
            expected = f"{above}, at most 1" if field == "searched" else f"a number, {above}"
            raise _wrong(field, value, expected)
    memory = fingers * SCANNED_BYTES
    least = max(1, math.ceil(memory / (0.8 * machine.memory)))

    def with_machines(count: int) -> Plan:
        prints = fingers * searched / count
        cores = machine.cores * (rates.together if machine.cores > 1 else 1.0)
        scan = min(rates.scan * cores, machine.bandwidth / SCANNED_BYTES)
        passing = rates.passing(fingers * searched) / count
        work = prints / scan + passing / cores
        # While the machines agree on a line of one search they work on another.
        alone = work + (TOGETHER if count > 1 else 0.0)
        busy = searches_per_day * peak / DAY * work
        waiting = work * busy / (2 * (1 - busy)) if busy < 1 else math.inf
        return Plan(
            machines=count, cores=count * machine.cores, memory=memory, disk=fingers * STORED_BYTES,
            core_seconds=rates.search(fingers * searched), search_seconds=alone, latency=alone + waiting, busy=busy,
            limit="memory" if count == least > 1 else "one is enough",
        )  # fmt: skip

    def enough(found: Plan) -> bool:
        return found.busy <= MOST_BUSY and found.latency <= latency

    low, high = least, least
    while not enough(with_machines(high)):
        low, high = high + 1, 2 * high
        if high > MOST_MACHINES:
            raise _wrong("latency", latency, f"more: {MOST_MACHINES:,} such machines are not that fast")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(with_machines(middle)) else (middle + 1, high)
    found = with_machines(low)
    if low > least:
        fewer = with_machines(low - 1)
        found = replace(found, limit="load" if fewer.busy > MOST_BUSY else "latency")
    return found


def _wrong(field: str, value: object, expected: str) -> InvalidValueError:
    message = f"{field} is {value}, expected {expected}"
    return InvalidValueError(message, field=field, value=str(value), expected=expected)


def _fastest(size: int, searches: int) -> float:
    gallery = simulate.gallery(size, fingers=1, seed=size)
    [[_, probe]] = simulate.fingers(1, impressions=2, seed=7)
    fastest = math.inf
    for _ in range(max(searches, 1)):
        started = time.perf_counter()
        gallery.search(probe, threads=1, position="any")
        fastest = min(fastest, time.perf_counter() - started)
    return fastest
