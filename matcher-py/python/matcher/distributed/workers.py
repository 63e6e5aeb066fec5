"""The workers of a cluster of Dask, as a client sees them: who is there, who is silent, and how they are asked.

A question that somebody waits for goes to a worker as a direct call, past the scheduler's queue: that takes a
millisecond or two, where a task takes ten. Long work goes as a task, which waits its turn among the other tasks of the
worker. Either way the client looks meanwhile whether the worker is still there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from distributed import Client

from matcher.distributed import worker
from matcher.distributed.worker import Reply, Step
from matcher.errors import ClusterError

FRESH = 2.0
"""Seconds for which a look at the workers holds good when a search begins."""

GLANCE = 0.5
"""Seconds between two looks at a worker that has not answered yet."""

GREETING = 1.0
"""Seconds that are waited for a new worker to say which library it has; where it takes longer, it is used later."""

PATIENT = 10.0
"""Seconds for the scheduler to answer, and for a worker to hear what needs no answer."""


class LostError(Exception):
    """A worker that is gone or silent, or could not answer."""


class LateError(Exception):
    """A worker that has not answered in the time that there was."""


@dataclass(frozen=True)
class Worker:
    """A worker that may be used."""

    address: str
    name: str
    host: str
    threads: int

    def is_one_of(self, names: Sequence[str] | None) -> bool:
        """Whether it is named, by its address, name or host; None names all."""
        return names is None or any(known in names for known in (self.address, self.name, self.host))


class Workers:
    """The workers of a client's cluster.

    Attributes
    ----------
    usable : dict of str to Worker
        Those that may be asked, by address.
    unusable : dict of str to str
        The others, with why.
    """

    def __init__(self, client: Client, patience: float) -> None:
        self.client = client
        self.patience = patience
        self.usable: dict[str, Worker] = {}
        self.unusable: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._seen: dict[str, tuple[float, float]] = {}
        self._greeting: dict[str, asyncio.Task[None]] = {}
        self._looked = -1e9
        self._looking = asyncio.Lock()

    async def refresh(self, max_age: float) -> None:
        """Look who is there, unless somebody did a moment ago."""
        if time.monotonic() - self._looked < max_age:
            return
        async with self._looking:
            if time.monotonic() - self._looked < max_age:
                return
            there = await self._there()
            await self._greet([address for address in there if address not in self._versions])
            now = time.monotonic()
            last = max((facts["last_seen"] for facts in there.values()), default=0.0)
            self.usable, self.unusable = {}, {}
            for address, facts in there.items():
                why = self._why_not(address, facts, now, last)
                if why is None:
                    known = Worker(address, str(facts["name"]), facts["host"], facts["nthreads"])
                    self.usable[address] = known
                else:
                    self.unusable[address] = why
            self._versions = {address: found for address, found in self._versions.items() if address in there}
            self._seen = {address: seen for address, seen in self._seen.items() if address in there}
            self._greeting = {address: task for address, task in self._greeting.items() if address in there}
            self._looked = now

    async def _there(self) -> dict[str, dict[str, Any]]:
        """Ask the scheduler who is there."""
        try:
            identity = await asyncio.wait_for(self.client.scheduler.identity(n_workers=-1), PATIENT)
        except (OSError, asyncio.TimeoutError) as error:
            raise ClusterError(f"the scheduler of Dask does not answer ({error or 'no time'})") from error
        found: dict[str, dict[str, Any]] = identity["workers"]
        return found

    def _why_not(self, address: str, facts: dict[str, Any], now: float, last: float) -> str | None:
        """Return why a worker is not to be asked."""
        beat = facts["last_seen"]
        if address not in self._seen or self._seen[address][0] != beat:
            self._seen[address] = (beat, now)
        silent = max(now - self._seen[address][1], last - beat)
        if silent > self.patience:
            return f"no sign of life for {silent:.0f} s"
        if facts["status"] != "running":
            return f"is {facts['status']}"
        version = self._versions.get(address, "did not say yet which matcher it has")
        return None if version == worker.VERSION else f"matcher {version}; here it is {worker.VERSION}"

    async def _greet(self, addresses: list[str]) -> None:
        """Ask new workers for their version, and do not wait long for one that hangs."""
        for address in addresses:
            if address not in self._greeting or self._greeting[address].done():
                self._greeting[address] = asyncio.ensure_future(self._version_of(address))
        new = [self._greeting[address] for address in addresses]
        if new:
            await asyncio.wait(new, timeout=GREETING)

    async def _version_of(self, address: str) -> None:
        """Ask a worker for its version; one that could not be reached is asked again at the next look."""
        try:
            answers = await self.client.run(worker.greet, workers=[address])
            self._versions[address] = answers[address]["version"]
        except ImportError as error:
            self._versions[address] = f"cannot be imported there ({error})"
        except (OSError, asyncio.TimeoutError, KeyError):
            return
        except Exception as error:
            self._versions[address] = f"does not answer ({type(error).__name__}: {error})"

    def need(self) -> dict[str, Worker]:
        """Return the workers that may be asked; there is one."""
        if not self.usable:
            others = "; ".join(f"{address} {why}" for address, why in self.unusable.items())
            raise ClusterError(
                f"workers is {others or 'none'}, expected 1 or more that can be used: start some, and wait for them "
                "(client.wait_for_workers(1))"
            )
        return self.usable

    def need_same_version(self) -> None:
        """Refuse workers with another version of the library."""
        for address in [*self.usable, *self.unusable]:
            found = self._versions.get(address)
            if found not in (None, worker.VERSION):
                raise ClusterError(
                    f"worker {address} matcher is {found}, expected {worker.VERSION}, the same as here: results would "
                    "not be those of one machine"
                )

    async def at_once(self, address: str, work: Callable[..., Any], argument: Any, until: float | None) -> Any:
        """Ask a worker directly."""
        call = self.client.run(worker.at_once, work, argument, workers=[address])
        answers = await self._watched(address, call, until)
        return answers[address]

    async def step(self, address: str, step: Step, until: float | None) -> list[Reply]:
        """Have a worker do a step that somebody waits for."""
        replies: list[Reply] = await self.at_once(address, worker.advance, step, until)
        return replies

    async def step_as_task(self, address: str, step: Step, until: float | None) -> list[Reply]:
        """Have a worker do a step when its turn comes."""
        key = f"matcher-search-{uuid4().hex}"
        future = self.client.submit(worker.as_task, step, key=key, workers=[address], pure=False, retries=2)
        try:
            replies: list[Reply] = await self._watched(address, future.result(), until)
            return replies
        finally:
            future.release()

    async def tell(self, addresses: Sequence[str], work: Callable[..., Any], *arguments: Any) -> None:
        """Tell workers something that needs no answer; one that does not hear it is no error."""
        there = [address for address in addresses if address in self.usable]
        if there:
            call = self.client.run(work, *arguments, workers=there, on_error="ignore")
            try:
                await asyncio.wait_for(call, PATIENT)
            except (OSError, asyncio.TimeoutError):
                return

    async def _watched(self, address: str, call: Awaitable[Any], until: float | None) -> Any:
        """Wait for a worker's answer as long as it is there, and there is time."""
        task = asyncio.ensure_future(call)
        try:
            while True:
                left = GLANCE if until is None else min(GLANCE, max(0.0, until - time.monotonic()))
                done, _ = await asyncio.wait({task}, timeout=left)
                if done:
                    return self._result(address, task)
                if until is not None and time.monotonic() >= until:
                    raise LateError
                await self.refresh(GLANCE)
                if address not in self.usable:
                    raise LostError(f"worker {address} {self.unusable.get(address, 'is gone')}")
        finally:
            task.cancel()

    def _result(self, address: str, task: asyncio.Future[Any]) -> Any:
        try:
            return task.result()
        except (Exception, asyncio.CancelledError) as error:
            # Whatever it is, this worker gave no answer; another one may.
            self._looked = -1e9
            raise LostError(f"worker {address}: {type(error).__name__}: {error}") from error
