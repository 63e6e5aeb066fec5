"""The files of a model: the card, a small JSON document, and the projection beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

FORMAT = "matcher-fingerprint-model/1"

LIMITS = [
    "A score is measured against the non-mated comparisons of the sets named here; other sensors, extractors and "
    "people have other FMRs. Beyond the last knot of the scale it is carried on, not measured.",
    "Intervals are Clopper-Pearson's at 95 %; they take comparisons for independent, which those that share a "
    "finger are not: the true ones are wider.",
]


def provisional(name: str) -> dict[str, Any]:
    """Give the card of a model whose weights and scale are not fitted yet."""
    fusion = {"relaxation": 1000, "evidence": 50}
    return {"format": FORMAT, "name": name, "fusion": fusion, "scale": [[0, 0], [16000, 160000]]}


def write(folder: Path, card: dict[str, Any], projection: bytes) -> Path:
    """Write both files; the card then names the projection and its digest."""
    name = str(card["name"])
    entry = {"file": f"{name}.bin", "sha256": hashlib.sha256(projection).hexdigest()}
    # What the engine reads comes first, what is for people after it.
    first = {"format": card["format"], "name": name, "projection": entry}
    path = folder / f"{name}.json"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.bin").write_bytes(projection)
    path.write_text(text({**first, **card}) + "\n", encoding="utf-8")
    return path


def text(value: object, indent: str = "") -> str:
    """Write JSON a key a line, and lists of numbers on one line each."""
    inner = indent + " "
    if isinstance(value, dict) and value:
        lines = [f"{inner}{json.dumps(str(key))}: {text(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list | str) for item in value):
        return "[\n" + ",\n".join(inner + text(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)
