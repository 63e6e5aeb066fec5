"""`Cluster`: the shards of a gallery on the workers of a cluster of Dask, searched as one gallery."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Literal, TypeVar

from distributed import Client

from matcher import _progress
from matcher.distributed.answer import ClusterAnswer
from matcher.distributed.holding import Holding
from matcher.distributed.options import (
    Folder,
    Print,
    chunks,
    folders,
    invalid,
    kept_print,
    kept_profile,
    of_prints,
    of_profiles,
    size,
    worker_names,
)
from matcher.distributed.rounds import Part
from matcher.distributed.searching import Searching
from matcher.dna import Frequencies, Profile, Rule
from matcher.errors import ClusterError
from matcher.fingerprint import Model

T = TypeVar("T")
Progress = Callable[[int, int], object] | bool | None

GLANCE = 0.1
"""Seconds between two looks whether a batch has ended."""

CHUNK_PROFILES = 64
"""DNA profiles of a chunk."""


class Cluster:
    """The shards of a gallery on the workers of a cluster of Dask, searched as one gallery.

    Parameters
    ----------
    client : distributed.Client
        Of any cluster of Dask. It stays open when the cluster is closed.
    shards : iterable of path, or mapping of path to workers
        Folders of lasting galleries, or of shards that :meth:`matcher.Gallery.export` wrote, as the workers see them;
        see :meth:`add`.
    replicas : int, default 1
        How many workers keep each shard open. Searches take turns among them. A shard is never
        lost with a worker while another can see its folder, with one replica too.
    config, model
        As in :meth:`matcher.Gallery.open`, where the shards were made with others than the standard ones.
    patience : float, default 30
        Seconds without a sign of life from a worker after which its work is given to another one.

    Raises
    ------
    matcher.errors.ClusterError
        There is no worker, or one has another version of this library; or shards do not belong together.

    Examples
    --------
    See `matcher.distributed`.
    """

    def __init__(
        self,
        client: Client,
        shards: Iterable[Folder] | Mapping[Folder, Iterable[str] | None] = (),
        replicas: int = 1,
        *,
        config: dict[str, Any] | None = None,
        model: Model | str | Path | None = None,
        patience: float = 30.0,
    ) -> None:
        if not isinstance(client, Client):
            raise TypeError(f"client is {type(client).__name__}, expected a distributed.Client")
        if client.asynchronous:
            raise TypeError("client is asynchronous, expected Client(...) without asynchronous=True")
        if replicas < 1:
            raise invalid("replicas", replicas, "1 or more")
        if isinstance(shards, str | os.PathLike):
            raise TypeError("shards is one path, expected an iterable of them")
        self._client = client
        self._closed = False
        opening = pickle.dumps({"config": config, "model": model})
        where = shards if isinstance(shards, Mapping) else dict.fromkeys(folders(shards))

        async def begin() -> Holding:
            holding = Holding(client, opening, replicas, patience)
            await holding.workers.refresh(0)
            holding.workers.need_same_version()
            holding.workers.need()
            await holding.add({os.fspath(path): worker_names(names) for path, names in where.items()})
            return holding

        self._holding: Holding = client.sync(begin)
        self._searching = Searching(self._holding)

    # What it is made of

    @property
    def shards(self) -> list[str]:
        """The folders of its shards."""
        return list(self._holding.shards)

    def add(self, path: Folder, workers: Iterable[str] | None = None) -> None:
        """Add a shard, while searches go on: those that begin from now on search it, too.

        It is opened on its workers, and all ids of its subjects are gone through once: about 2 seconds and 100 MB a
        million.

        Parameters
        ----------
        path : str or Path
            The folder, as the workers see it.
        workers : iterable of str, optional
            The workers that can see it, by address, name or host, where it does not lie on a disk that all of them
            share.

        Raises
        ------
        matcher.errors.ClusterError
            It is there already; it has subjects in common with another shard, another method or another purpose; no
            worker can open it.
        """
        self._sync(self._holding.add, {os.fspath(path): worker_names(workers)})

    def remove(self, path: Folder) -> None:
        """Take a shard out. Searches that go on end as they would have; the folder stays as it is.

        Raises
        ------
        matcher.errors.ClusterError
            There is no such shard.
        """
        self._sync(self._holding.remove, os.fspath(path))

    def status(self) -> dict[str, Any]:
        """Ask the workers what they hold.

        Returns
        -------
        dict
            ``workers``: by address the ``name``, ``host``, ``threads``, and the paths of the ``shards`` that it keeps.
            ``unusable``: workers that are not asked, with why. ``shards``: by path the ``workers`` that keep it, how
            many ``subjects``, ``prints``, ``profiles`` and ``bytes`` on the disk it has, and ``lost``: None, or why it
            cannot be searched now.
        """
        found: dict[str, Any] = self._sync(self._holding.status)
        return found

    # Searching

    def search(
        self,
        probe: Print,
        *,
        limit: int = 20,
        min_score: float | None = None,
        mode: Literal["fast", "exhaustive"] = "fast",
        max_rotation: float | None = None,
        position: Literal["same", "any"] = "same",
        exclude: Iterable[str] | None = None,
        viewer: str | None = None,
        tags: Iterable[str] | None = None,
        purposes: Iterable[str] | None = None,
        deadline: float | None = None,
        threads: int | None = None,
    ) -> ClusterAnswer:
        """Search all shards for the subjects that are most likely the probe's source.

        The list is that of one gallery that holds all subjects, to the bit. The keywords are those of
        :meth:`matcher.Gallery.search`, but for these:

        Parameters
        ----------
        probe : Template or sequence of Template
            One print, or several of one person.
        deadline : float, optional
            Seconds after which to answer with what was found, a quarter of a second later at most for each stage that
            was still to come. A shard whose worker is silent then is in ``missing``. All stages but the last may take
            60 % of the time that is left, so that there is time for the others.
        threads : int, optional
            How many on each worker; as many as the worker has unless given.

        Returns
        -------
        ClusterAnswer
            The candidates, and which shards were not searched.

        Raises
        ------
        matcher.errors.ClusterError
            No shard could be searched.
        """
        options = of_prints(limit, min_score, mode, max_rotation, position, exclude, viewer, tags, purposes)
        [answer] = self._sync(self._searching.prints, [kept_print(probe)], options, deadline, threads)
        found: ClusterAnswer = answer
        return found

    def search_many(
        self,
        probes: Iterable[Print],
        *,
        limit: int = 20,
        min_score: float | None = None,
        mode: Literal["fast", "exhaustive"] = "fast",
        max_rotation: float | None = None,
        position: Literal["same", "any"] = "same",
        exclude: Iterable[str] | None = None,
        viewer: str | None = None,
        tags: Iterable[str] | None = None,
        purposes: Iterable[str] | None = None,
        deadline: float | None = None,
        threads: int | None = None,
        progress: Progress = None,
    ) -> list[ClusterAnswer]:
        """Search with many probes, as tasks of the workers; keywords as in :meth:`search`.

        A few probes are on their way at a time, however many there are: the memory of workers is bounded, and other
        users of the cluster have their turn.

        Parameters
        ----------
        probes : iterable of Template or of sequence of Template
            A print each, or several of one person each.
        deadline : float, optional
            Seconds for all of them together.
        progress : callable or bool, optional
            A function of (done, total) probes, or True for a bar; called by the thread that waits for the answers.

        Returns
        -------
        list of ClusterAnswer
            One for each probe, in order, each the same as a search of its own.
        """
        options = of_prints(limit, min_score, mode, max_rotation, position, exclude, viewer, tags, purposes)
        prints = [kept_print(probe) for probe in probes]
        sizes = [size(probe) for probe in prints]
        cut = chunks(prints, sizes, self._holding.chunk(sum(sizes)))

        async def one(chunk: list[Print], given_up: dict[str, Part], left: float | None) -> list[ClusterAnswer]:
            return await self._searching.prints(chunk, options, left, threads, given_up)

        return self._batch(cut, one, deadline, progress)

    def search_dna(
        self,
        profile: Profile,
        rule: Rule | str,
        limit: int = 100,
        *,
        frequencies: Frequencies | str | None = None,
        theta: float = 0.01,
        categories: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        viewer: str | None = None,
        tags: Iterable[str] | None = None,
        purposes: Iterable[str] | None = None,
        deadline: float | None = None,
        threads: int | None = None,
    ) -> ClusterAnswer:
        """Search the DNA profiles of all shards for those that agree with a probe under a rule.

        The keywords are those of :meth:`matcher.Gallery.search_dna`; ``deadline`` and ``threads`` as in :meth:`search`.

        Returns
        -------
        ClusterAnswer
            The list is that of one gallery; a candidate's ``row`` is that in its shard.
        """
        chance = {"frequencies": frequencies, "theta": theta}
        options = of_profiles(rule, limit, chance, categories, exclude, viewer, tags, purposes)
        [answer] = self._sync(self._searching.profiles, [kept_profile(profile)], options, chance, deadline, threads)
        found: ClusterAnswer = answer
        return found

    def search_dna_many(
        self,
        profiles: Iterable[Profile],
        rule: Rule | str,
        limit: int = 100,
        *,
        frequencies: Frequencies | str | None = None,
        theta: float = 0.01,
        categories: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        viewer: str | None = None,
        tags: Iterable[str] | None = None,
        purposes: Iterable[str] | None = None,
        deadline: float | None = None,
        threads: int | None = None,
        progress: Progress = None,
    ) -> list[ClusterAnswer]:
        """Search the DNA profiles with many probes, as tasks of the workers; keywords as in :meth:`search_dna`.

        Returns
        -------
        list of ClusterAnswer
            One for each probe, in order. ``deadline`` and ``progress`` are as in :meth:`search_many`.
        """
        chance = {"frequencies": frequencies, "theta": theta}
        options = of_profiles(rule, limit, chance, categories, exclude, viewer, tags, purposes)
        probes = [kept_profile(profile) for profile in profiles]
        cut = chunks(probes, [1] * len(probes), CHUNK_PROFILES)

        async def one(chunk: list[Profile], given_up: dict[str, Part], left: float | None) -> list[ClusterAnswer]:
            return await self._searching.profiles(chunk, options, chance, left, threads, given_up)

        return self._batch(cut, one, deadline, progress)

    # Its end

    def close(self) -> None:
        """Have the workers close the shards. The client and its workers stay; closing twice is no error."""
        if self._closed:
            return
        self._closed = True
        if self._client.status == "running":
            self._client.sync(self._holding.let_go, list(self._holding.shards.values()))

    def __enter__(self) -> Cluster:
        """Itself."""
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """How large it is."""
        if self._closed:
            return "<Cluster, closed>"
        facts = [shard.facts for shard in self._holding.shards.values()]
        counts = {name: sum(getattr(one, name) for one in facts) for name in ("subjects", "prints", "profiles")}
        return (
            f"<Cluster of {len(facts)} shards on {len(self._holding.workers.usable)} workers: {counts['subjects']} "
            f"subjects, {counts['prints']} prints, {counts['profiles']} DNA profiles>"
        )

    def _usable(self) -> Client:
        if self._closed:
            raise ValueError("the cluster is closed")
        if self._client.status != "running":
            raise ClusterError(f"client is {self._client.status}, expected running")
        return self._client

    def _sync(self, work: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        answer: T = self._usable().sync(work, *arguments)
        return answer

    def _batch(
        self,
        cut: list[list[T]],
        one: Callable[[list[T], dict[str, Part], float | None], Awaitable[list[ClusterAnswer]]],
        deadline: float | None,
        progress: Progress,
    ) -> list[ClusterAnswer]:
        """Search with chunks of probes; progress is told by the thread that waits here, so that it may interrupt."""
        news: SimpleQueue[tuple[int, int]] = SimpleQueue()
        bar = _progress.start("Searching") if progress is True else None
        tell = bar or (progress if callable(progress) else lambda done, total: None)
        loop = self._usable().loop.asyncio_loop
        batch = self._searching.batch(cut, one, deadline, lambda done, total: news.put((done, total)))
        answers = asyncio.run_coroutine_threadsafe(batch, loop)
        try:
            while not (answers.done() and news.empty()):
                with contextlib.suppress(Empty):
                    tell(*news.get(timeout=GLANCE))
            return answers.result()
        finally:
            answers.cancel()
            if bar is not None:
                bar.finish()
