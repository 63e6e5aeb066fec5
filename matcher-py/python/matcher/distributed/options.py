"""The keywords of searches, checked and kept so that they can be sent to every shard.

Examples
--------
>>> from matcher.distributed.options import chunks
>>> chunks(["a", "b", "c", "d"], [1, 1, 10, 1], most=8)
[['a', 'b'], ['c'], ['d']]
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from matcher.dna import Profile, Rule
from matcher.errors import ClusterError, InvalidValueError
from matcher.fingerprint import Template

T = TypeVar("T")
Folder = str | os.PathLike[str]
Print = Template | Sequence[Template]


def of_prints(
    limit: int,
    min_score: float | None,
    mode: str,
    max_rotation: float | None,
    position: str,
    exclude: Iterable[str] | None,
    viewer: str | None,
    tags: Iterable[str] | None,
    purposes: Iterable[str] | None,
) -> dict[str, Any]:
    """Return the keywords of a search by prints; what is wrong with them the gallery says."""
    options = {"limit": limit, "min_score": min_score, "mode": mode, "max_rotation": max_rotation, "position": position}
    return {**options, **_asker(exclude, viewer, tags, purposes)}


def of_profiles(
    rule: Rule | str,
    limit: int,
    chance: dict[str, Any],
    categories: Iterable[str] | None,
    exclude: Iterable[str] | None,
    viewer: str | None,
    tags: Iterable[str] | None,
    purposes: Iterable[str] | None,
) -> dict[str, Any]:
    """Return the keywords of a search by DNA profiles."""
    asked = {"rule": rule, "limit": limit, **chance, "categories": _kept(categories)}
    return {**asked, **_asker(exclude, viewer, tags, purposes)}


def _asker(
    exclude: Iterable[str] | None, viewer: str | None, tags: Iterable[str] | None, purposes: Iterable[str] | None
) -> dict[str, Any]:
    return {"exclude": _kept(exclude), "viewer": viewer, "tags": _kept(tags), "purposes": _kept(purposes)}


def _kept(names: Any) -> Any:
    """Keep what can be gone through only once; a str stays one, for the gallery refuses it."""
    return list(names) if isinstance(names, Iterable) and not isinstance(names, str) else names


def kept_print(probe: Print) -> Print:
    """Return a probe that can be sent: one print, or a list of several."""
    return probe if isinstance(probe, Template) else list(probe)


def kept_profile(profile: Profile) -> Profile:
    """Return a profile, and refuse what is none."""
    if not isinstance(profile, Profile):
        raise TypeError(f"profile is {type(profile).__name__}, expected Profile")
    return profile


def size(probe: Print) -> int:
    """Return how many prints a probe has."""
    return 1 if isinstance(probe, Template) else len(probe)


def chunks(probes: Sequence[T], sizes: Sequence[int], most: int) -> list[list[T]]:
    """Cut probes into chunks of at most so much together, but one probe at least."""
    cut: list[list[T]] = []
    room = 0
    for probe, taken in zip(probes, sizes, strict=True):
        if not cut or taken > room:
            cut.append([])
            room = most
        cut[-1].append(probe)
        room -= taken
    return cut


def seconds(deadline: float) -> float:
    """Return a deadline, and refuse what is none."""
    if not 0 <= deadline < float("inf"):
        raise invalid("deadline", deadline, "a finite number of seconds, 0 or more")
    return deadline


def invalid(field: str, value: object, expected: str) -> InvalidValueError:
    """Return the error of a wrong keyword."""
    return InvalidValueError(f"{field} is {value}, expected {expected}", "", field, str(value), expected)


def worker_names(workers: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return the names of the workers that can see a shard; None for all."""
    if isinstance(workers, str):
        raise TypeError("workers is str, expected an iterable of str")
    return None if workers is None else tuple(str(name) for name in workers)


def folders(paths: Iterable[Folder]) -> list[Folder]:
    """Return the folders of shards, and refuse one that is there twice."""
    listed = list(paths)
    seen: set[str] = set()
    for path in (os.fspath(folder) for folder in listed):
        if path in seen:
            raise ClusterError(f"shard {path} is named twice, expected once")
        seen.add(path)
    return listed
