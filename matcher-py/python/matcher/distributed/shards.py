"""Which worker holds which shard.

A worker that can see a folder can search it, so a shard is never lost with its worker. But it is quick where it was
searched before: its pages are in that machine's memory. So each shard has its workers, and keeps them while they live.

Examples
--------
>>> from matcher.distributed.shards import spread
>>> from matcher.distributed.workers import Worker
>>> two = {name: Worker(name, name, "host", 1) for name in "ab"}
>>> sizes = {"one": (10, None), "two": (7, None), "three": (3, None)}
>>> spread(sizes, two, {}, replicas=1)
{'one': ['a'], 'two': ['b'], 'three': ['b']}

A worker that comes later takes over what makes the load more even, and nothing else moves:

>>> three = {**two, "c": Worker("c", "c", "host", 1)}
>>> spread(sizes, three, {"one": ["a"], "two": ["b"], "three": ["b"]}, replicas=1)
{'one': ['a'], 'two': ['b'], 'three': ['c']}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from matcher.distributed.worker import Facts, Place
from matcher.distributed.workers import Worker
from matcher.errors import ClusterError

Loads = Mapping[str, tuple[int, Sequence[str] | None]]


@dataclass
class Shard:
    """A shard of a cluster.

    Attributes
    ----------
    place : Place
        Where it lies.
    workers : tuple of str or None
        The workers that can see it, by address, name or host; None for all.
    facts : Facts
        What it said of itself when it was added.
    holders : list of str
        The workers that keep it open, by address.
    """

    place: Place
    workers: tuple[str, ...] | None
    facts: Facts
    holders: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Its folder."""
        return self.place.path

    def check_beside(self, others: Sequence[Shard]) -> None:
        """Refuse it where it does not belong together with other shards."""
        for other in others:
            for name in ("method", "purpose"):
                mine, theirs = getattr(self.facts, name), getattr(other.facts, name)
                if mine != theirs:
                    raise ClusterError(f"shard {self.path} {name} is {mine}, expected {theirs}, as in {other.path}")
            if self.facts.sketch is not None and other.facts.sketch is not None:
                common = len(self.facts.sketch & other.facts.sketch)
                if common:
                    raise ClusterError(
                        f"shard {self.path} has subjects that {other.path} has, too ({common} of "
                        f"{len(self.facts.sketch)} that were looked at), expected none: it would list them twice"
                    )


def spread(
    shards: Loads, workers: Mapping[str, Worker], before: Mapping[str, Sequence[str]], replicas: int
) -> dict[str, list[str]]:
    """Give each shard its workers.

    Parameters
    ----------
    shards : mapping of str to (int, sequence of str or None)
        How large each is, and the workers that can see it.
    workers : mapping of str to Worker
        Who is there.
    before : mapping of str to sequence of str
        Who held what.
    replicas : int
        How many workers each is to have, where there are so many.

    Returns
    -------
    dict of str to list of str
        The addresses for each shard; none for one that no worker can see.
    """
    load = dict.fromkeys(workers, 0.0)
    holders: dict[str, list[str]] = {}
    able = {
        name: [address for address, one in workers.items() if one.is_one_of(where)]
        for name, (_, where) in shards.items()
    }

    def weight(name: str, address: str) -> float:
        return (shards[name][0] + 1) / workers[address].threads

    for name in shards:
        holders[name] = [address for address in before.get(name, ()) if address in able[name]][:replicas]
        for address in holders[name]:
            load[address] += weight(name, address)
    for name in sorted(shards, key=lambda name: (-shards[name][0], name)):
        while len(holders[name]) < min(replicas, len(able[name])):
            free = [address for address in able[name] if address not in holders[name]]
            best = min(free, key=lambda address: (load[address] + weight(name, address), address))
            holders[name].append(best)
            load[best] += weight(name, best)
    while _move(holders, able, load, weight):
        pass
    return holders


def _move(
    holders: dict[str, list[str]],
    able: Mapping[str, list[str]],
    load: dict[str, float],
    weight: Callable[[str, str], float],
) -> bool:
    """Move one shard from one worker to another where the larger of their loads becomes smaller."""
    for busy in sorted(load, key=lambda address: (-load[address], address)):
        for name in sorted(holders, key=lambda name: (weight(name, busy), name)):
            if busy not in holders[name]:
                continue
            for idle in sorted(able[name], key=lambda address: (load[address], address)):
                if idle not in holders[name] and load[idle] + weight(name, idle) < load[busy] * (1 - 1e-9):
                    holders[name][holders[name].index(busy)] = idle
                    load[busy] -= weight(name, busy)
                    load[idle] += weight(name, idle)
                    return True
    return False
