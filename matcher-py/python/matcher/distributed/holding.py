"""What a cluster holds: its shards, each on workers of its own, added, taken out and looked after while searches go on.

All of it runs on the event loop of the client, so no locks are needed but one: shards are added one after the other.
"""

from __future__ import annotations

import asyncio
import pickle
import time
from typing import Any

from distributed import Client

from matcher._matcher import Gallery
from matcher.distributed import worker
from matcher.distributed.shards import Shard, spread
from matcher.distributed.worker import Facts, Place, Reply
from matcher.distributed.workers import LateError, LostError, Workers
from matcher.errors import ClusterError

LOOKING = 5.0
"""Seconds that a worker has to say what it holds."""

CHUNK_BYTES = 1 << 28
"""What a worker may keep for a chunk of a batch, as far as `FEWEST` allows."""

FEWEST, MOST, CHUNKS = 8, 64, 16
"""The fewest and the most prints of a chunk, and how many chunks a batch has where it is small."""


class Holding:
    """The shards of a cluster, and the workers that hold them. Make it on the loop of the client.

    Attributes
    ----------
    workers : Workers
        Who is there.
    shards : dict of str to Shard
        By path. It is replaced as a whole: who took it goes on with what it was.
    """

    def __init__(self, client: Client, opening: bytes, replicas: int, patience: float) -> None:
        self.workers = Workers(client, patience)
        self.shards: dict[str, Shard] = {}
        self._opening = opening
        self._replicas = replicas
        self._adding = asyncio.Lock()

    def nobody(self) -> Gallery:
        """Return a gallery without anybody: what it answers is the answer where nothing was searched."""
        return Gallery.in_memory(**pickle.loads(self._opening))

    def chunk(self, prints: int) -> int:
        """Return how many prints of a batch of so many go together.

        A worker keeps 4 to 8 bytes for each of them and each print that it holds; each chunk costs the scheduler some
        milliseconds. A batch has some chunks, so that there is always one to do.
        """
        held = sum(shard.facts.prints for shard in self.shards.values()) // max(1, len(self.workers.usable))
        return max(FEWEST, min(MOST, CHUNK_BYTES // (8 * held + 1), prints // CHUNKS))

    async def add(self, where: dict[str, tuple[str, ...] | None]) -> None:
        """Add shards, all or none, each with the names of the workers that can see it."""
        async with self._adding:
            await self.workers.refresh(0)
            self.workers.need()
            for path in where:
                if path in self.shards:
                    raise ClusterError(f"shard {path} is in the cluster already")
            found = [
                Shard(Place(path, self._opening), names, facts)
                for (path, names), facts in zip(
                    where.items(), await asyncio.gather(*(self._look(*item) for item in where.items())), strict=True
                )
            ]
            beside = list(self.shards.values())
            for shard in found:
                shard.check_beside(beside)
                beside.append(shard)
            # As a whole: a search that begins now goes through all of them or none.
            self.shards = {**self.shards, **{shard.path: shard for shard in found}}
            self._spread()
            wanted: dict[str, list[Place]] = {}
            for shard in found:
                for address in shard.holders:
                    wanted.setdefault(address, []).append(shard.place)
            opening = (self._ask_look(address, places) for address, places in wanted.items())
            await asyncio.gather(*opening)

    async def _look(self, path: str, names: tuple[str, ...] | None) -> Facts:
        """Have a worker open a shard, and tell what it says of itself."""
        able = [address for address, one in self.workers.usable.items() if one.is_one_of(names)]
        if not able:
            raise ClusterError(f"shard {path} workers is {names}, expected one that is there: {self._there()}")
        first = hash(path) % len(able)
        whys = []
        for address in able[first:] + able[:first]:
            try:
                asked = ([Place(path, self._opening)], True)
                [reply] = await self.workers.at_once(address, worker.look, asked, None)
            except LostError as error:
                whys.append(str(error))
                continue
            if reply.refused is not None:
                raise reply.refused
            if not reply.unavailable:
                facts: Facts = reply.said
                return facts
            whys.append(f"worker {address}: {reply.unavailable}")
        raise ClusterError(f"shard {path} cannot be opened by any worker ({'; '.join(whys)})")

    async def _ask_look(self, address: str, places: list[Place]) -> list[Reply]:
        """Ask a worker which shards it can open; whatever goes wrong is the answer."""
        try:
            until = time.monotonic() + LOOKING
            replies: list[Reply] = await self.workers.at_once(address, worker.look, (places, False), until)
            return replies
        except LateError:
            return [Reply(unavailable=f"worker {address} does not answer")] * len(places)
        except LostError as error:
            return [Reply(unavailable=str(error))] * len(places)

    async def remove(self, path: str) -> None:
        """Take a shard out."""
        if path not in self.shards:
            raise ClusterError(
                f"shard {path} is not in the cluster, expected one of {', '.join(self.shards) or 'none'}"
            )
        shard = self.shards[path]
        self.shards = {name: other for name, other in self.shards.items() if name != path}
        self._spread()
        await self.let_go([shard])

    async def let_go(self, shards: list[Shard]) -> None:
        """Have all workers close shards."""
        places = [shard.place for shard in shards]
        if places:
            await self.workers.tell(list(self.workers.usable), worker.let_go, places)

    async def status(self) -> dict[str, Any]:
        """Ask the workers what they hold: see `Cluster.status`."""
        await self.look_round(0)
        shards = dict(self.shards)
        lost: dict[str, str | None] = {}
        kept: dict[str, list[str]] = {address: [] for address in self.workers.usable}
        asked = {address: [shard for shard in shards.values() if address in shard.holders] for address in kept}
        asked = {address: held for address, held in asked.items() if held}
        looks = (self._ask_look(address, [shard.place for shard in held]) for address, held in asked.items())
        for (address, held), replies in zip(asked.items(), await asyncio.gather(*looks), strict=True):
            for shard, reply in zip(held, replies, strict=True):
                why = reply.unavailable or (str(reply.refused) if reply.refused else None)
                if why is None:
                    kept[address].append(shard.path)
                    lost[shard.path] = None
                else:
                    lost.setdefault(shard.path, why)
        workers = {
            address: {"name": one.name, "host": one.host, "threads": one.threads, "shards": kept.get(address, [])}
            for address, one in self.workers.usable.items()
        }
        described = {
            path: {
                "workers": [address for address in shard.holders if path in kept.get(address, ())],
                **{name: getattr(shard.facts, name) for name in ("subjects", "prints", "profiles", "bytes")},
                "lost": lost.get(path, "no worker that can see it is there"),
            }
            for path, shard in shards.items()
        }
        return {"workers": workers, "unusable": dict(self.workers.unusable), "shards": described}

    def _there(self) -> str:
        return ", ".join(f"{address} (name {one.name})" for address, one in self.workers.usable.items()) or "none"

    def _spread(self) -> None:
        """Give each shard its workers among those that are there."""
        sizes = {
            path: (shard.facts.prints + shard.facts.profiles, shard.workers) for path, shard in self.shards.items()
        }
        before = {path: shard.holders for path, shard in self.shards.items()}
        for path, holders in spread(sizes, self.workers.usable, before, self._replicas).items():
            self.shards[path].holders = holders

    async def look_round(self, max_age: float) -> None:
        """See who came and who went, and spread the shards anew where that changed."""
        before = set(self.workers.usable)
        await self.workers.refresh(max_age)
        if set(self.workers.usable) != before or not before:
            self._spread()
