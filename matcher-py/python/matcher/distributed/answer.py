"""The answer of a cluster: a list of candidates, and what of the cluster did not take part in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matcher._matcher import CandidateList
from matcher.dna import DnaCandidateList


@dataclass(frozen=True)
class MissingShard:
    """A shard that was not searched.

    Attributes
    ----------
    path : str
        Its folder.
    subjects : int
        How many are enrolled in it, when it was last seen.
    reason : str
        Why.
    """

    path: str
    subjects: int
    reason: str


class ClusterAnswer:
    """A list of candidates from a cluster; it is used as one of a single machine.

    ``len``, indexing, iteration and all properties and methods are those of the list; ``==`` compares it with another
    answer or with a list of a single machine.

    Attributes
    ----------
    candidates : CandidateList or matcher.dna.DnaCandidateList
        The list.
    missing : tuple of MissingShard
        The shards that were not searched: `complete` is False then, and `not_searched` counts their subjects (for DNA
        their profiles).
    retried : tuple of str
        The shards that were searched again by another worker, because the first one was lost.
    """

    def __init__(
        self,
        candidates: CandidateList | DnaCandidateList,
        missing: tuple[MissingShard, ...] = (),
        retried: tuple[str, ...] = (),
        uncounted: int = 0,
    ) -> None:
        self.candidates = candidates
        self.missing = missing
        self.retried = retried
        self._uncounted = uncounted

    @property
    def complete(self) -> bool:
        """Whether every shard was searched, and each of them completely."""
        return self.candidates.complete and not self.missing

    @property
    def searched(self) -> int:
        """Subjects that were searched; of DNA, profiles."""
        return self.candidates.searched

    @property
    def not_comparable(self) -> int:
        """Subjects without any print that could be compared; of DNA, profiles."""
        return self.candidates.not_comparable

    @property
    def not_searched(self) -> int:
        """Subjects that were not reached, those of missing shards among them; of DNA, profiles."""
        return self.candidates.not_searched + self._uncounted

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python objects ready for JSON, with ``missing`` and ``retried``."""
        missing = [{"path": lost.path, "subjects": lost.subjects, "reason": lost.reason} for lost in self.missing]
        counts = {"complete": self.complete, "not_searched": self.not_searched}
        return {**self.candidates.to_dict(), **counts, "missing": missing, "retried": list(self.retried)}

    def __getattr__(self, name: str) -> Any:
        """Whatever else the list has."""
        if name.startswith("_") or "candidates" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.candidates, name)

    def __len__(self) -> int:
        """How many candidates are listed."""
        return len(self.candidates)

    def __getitem__(self, index: int) -> Any:
        """Return a candidate by its place, best first."""
        return self.candidates[index]

    def __iter__(self) -> Iterator[Any]:
        """Go over the candidates, best first."""
        return iter(self.candidates)

    def __eq__(self, other: object) -> bool:
        """Whether the other one lists the same, bit for bit, and misses the same."""
        if isinstance(other, ClusterAnswer):
            return self.candidates == other.candidates and self.missing == other.missing
        if isinstance(other, CandidateList | DnaCandidateList):
            return not self.missing and self.candidates == other
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as the lists

    def _repr_html_(self) -> str:
        lost = "".join(f"<li>{_escaped(str(shard.path))}: {_escaped(shard.reason)}</li>" for shard in self.missing)
        return self.candidates._repr_html_() + (f"<p>Not searched:</p><ul>{lost}</ul>" if lost else "")

    def __repr__(self) -> str:
        """Show the list, and what is missing."""
        lost = f"; missing {', '.join(shard.path for shard in self.missing)}" if self.missing else ""
        return f"<ClusterAnswer: {self.candidates!r}{lost}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
