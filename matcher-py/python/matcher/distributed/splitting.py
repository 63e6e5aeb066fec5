"""Cutting a gallery into shards: where a subject goes depends on its id alone."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matcher import _progress
from matcher._matcher import Gallery, Subject
from matcher.distributed.options import invalid
from matcher.errors import FileError, StoreError
from matcher.fingerprint import Model

PLAN = "split.json"
"""What says in the folder how it is cut, and whether that is done."""

BLOCK = 2000
"""Subjects that are enrolled together: a durable change in each shard."""


def shard_of(subject_id: str, shards: int) -> int:
    """Return the number of a subject's shard: by SHA-256 of its id, the same everywhere and always.

    Examples
    --------
    >>> from matcher.distributed.splitting import shard_of
    >>> [shard_of(name, 4) for name in ("A-17", "A-18", "A-19")]
    [1, 1, 0]
    """
    return int.from_bytes(hashlib.sha256(subject_id.encode()).digest()[:8], "big") % shards


def split(
    gallery: Gallery | str | os.PathLike[str],
    folder: str | os.PathLike[str],
    shards: int,
    *,
    purpose: str | None = None,
    config: dict[str, Any] | None = None,
    model: Model | str | Path | None = None,
    progress: Callable[[int, int], object] | bool | None = None,
) -> list[Path]:
    """Cut a gallery into lasting galleries of about the same size, with all that was enrolled.

    Prints, DNA profiles, owner, tags, viewers and provenance go along; the time of enrolment is that of the cut. The
    gallery stays as it is. What is in a shard is on the disk when this returns. Where it was interrupted, the same call
    goes on: it looks at what is there already, and enrols the rest.

    Parameters
    ----------
    gallery : Gallery, str or Path
        What is cut, or its folder. Do not change it meanwhile.
    folder : str or Path
        A new or empty folder; each shard becomes a folder in it.
    shards : int
        How many, 1 to 10,000. One to four for each worker that there will be, so that more workers can share them
        later.
    purpose : str, optional
        That of the shards: of a lasting gallery its own; of one in memory "criminal" unless given.
    config, model
        Those of the gallery, where they are not the standard ones: see :meth:`matcher.Gallery.create`.
    progress : callable or bool, optional
        A function of (done, total) subjects, or True for a bar.

    Returns
    -------
    list of Path
        The folders of the shards, absolute.

    Raises
    ------
    matcher.errors.FileError
        The folder holds something else, or a cut that is done.
    matcher.errors.StoreError
        Records of the gallery cannot be read.
    """
    if not 1 <= shards <= 10_000:
        raise invalid("shards", shards, "1 to 10,000")
    with contextlib.ExitStack() as opened:
        if not isinstance(gallery, Gallery):
            gallery = opened.enter_context(Gallery.open(gallery, read_only=True, config=config, model=model))
        if gallery.stats()["unreadable"]:
            where = str(gallery.path)
            reason = "records that cannot be read would be left out: see Gallery.verify"
            raise StoreError(f"{where}: {reason}", where, reason)
        meant = purpose or gallery.purpose or "criminal"
        plan = {
            "format": 1,
            "gallery": None if gallery.path is None else str(gallery.path),
            "method": str(gallery.method),
            "purpose": meant,
            "shards": shards,
            "done": False,
        }
        home = Path(folder).absolute()
        paths = [home / f"shard-{number:04}" for number in range(shards)]
        _begin(home, plan)
        parts = []
        for path in paths:
            if path.exists() and any(path.iterdir()):
                part = Gallery.open(path, config=config, model=model)
            else:
                part = Gallery.create(path, meant, config=config, model=model)
            parts.append(opened.enter_context(part))
            if part.method != gallery.method:
                raise invalid("method", gallery.method, f"{part.method}, that of config and model")
        _fill(gallery, parts, progress)
    _write(home, {**plan, "done": True})
    return paths


def _begin(home: Path, plan: dict[str, Any]) -> None:
    """Note how the folder is to be cut; go on with a cut only where it is the same."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        there = sorted(os.listdir(home))
        if not there:
            _write(home, plan)
            return
        if PLAN not in there:
            raise FileError(
                f"{home}: folder is not empty ({there[0]}), expected a new or empty one, or a cut that was begun"
            )
        noted = json.loads((home / PLAN).read_text(encoding="utf-8"))
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{home}: {error.strerror or error}") from error
    except ValueError as error:
        raise FileError(f"{home / PLAN}: cannot be read ({error}); remove the folder and cut anew") from error
    if noted != plan:
        wrong = [name for name in plan if not isinstance(noted, dict) or noted.get(name) != plan[name]]
        why = "the cut is done" if wrong == ["done"] else f"a cut was begun with another {', '.join(wrong)}"
        raise FileError(f"{home}: {why}; remove the folder to cut anew")


def _write(home: Path, plan: dict[str, Any]) -> None:
    part = home / f".{PLAN}"
    with part.open("w", encoding="utf-8") as file:
        json.dump(plan, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, home / PLAN)


def _fill(gallery: Gallery, parts: list[Gallery], progress: Callable[[int, int], object] | bool | None) -> None:
    """Enrol every subject in its shard; what is there already and the same stays."""
    bar = _progress.start("Splitting") if progress is True else None
    tell = bar or (progress if callable(progress) else None)
    names = gallery.subjects()
    known = set(names)
    try:
        for part in parts:
            for name in part.subjects():
                if name not in known:
                    part.remove(name)
        for begin in range(0, len(names), BLOCK):
            block = names[begin : begin + BLOCK]
            with contextlib.ExitStack() as open_batches:
                batches: dict[int, Any] = {}
                for name in block:
                    number = shard_of(name, len(parts))
                    subject = gallery.get(name)
                    if name in parts[number]:
                        if _same(parts[number].get(name), subject):
                            continue
                        parts[number].remove(name)
                    if number not in batches:
                        batches[number] = open_batches.enter_context(parts[number].batch())
                    batches[number].enrol(
                        name,
                        subject.fingerprints,
                        subject.dna,
                        owner=subject.owner,
                        tags=subject.tags,
                        visible_to=subject.visible_to,
                        provenance=subject.provenance,
                    )
            if tell is not None:
                tell(begin + len(block), len(names))
    finally:
        if bar is not None:
            bar.finish()


def _same(one: Subject, other: Subject) -> bool:
    kept = ("fingerprints", "dna", "owner", "tags", "visible_to", "provenance")
    return all(getattr(one, name) == getattr(other, name) for name in kept)
