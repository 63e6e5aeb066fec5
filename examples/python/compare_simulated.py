"""How near are simulated prints to real ones?

`python examples/python/compare_simulated.py FOLDER...` reads folders of real templates, one set a folder, simulates
60 fingers with 8 impressions, and prints the same statistics of both: the minutiae of one print, and what two
impressions of one finger have in common. A set's figure is that of all its prints or pairs together; "real" is the
lowest to the highest of the sets.

All lengths are in pixels at 500 dpi. Mated pairs are laid on each other by the transform that `compare` finds, and only
those that score at least `fingerprint.DECISION_THRESHOLD` are looked at further: without an alignment there is nothing
to measure. So the worst real pairs are left out, and their share is a figure of its own. Then minutiae that lie within
18 pixels and 35 degrees are paired one to one, nearest first. The share paired is that of all minutiae of both prints,
also those where only one of them shows the finger.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matcher import evaluation, fingerprint, simulate

FINGERS, IMPRESSIONS, SEED = 60, 8, 1
DISTANCE, DIRECTION = 18.0, np.radians(35)
NON_MATED = 1000  # pairs looked at in each set, spread evenly over all there are
MM = 25.4 / 500


class Prints(NamedTuple):
    """A set: its prints, and pairs of them."""

    name: str
    templates: list[fingerprint.Template]
    mated: list[tuple[int, int]]
    non_mated: list[tuple[int, int]]


def read(folder: Path) -> Prints:
    """Read a labelled folder; who is whose mate is what `matcher evaluate` finds by the file names."""
    prints = evaluation.read_folder(folder)
    name = folder.resolve().parent.name if folder.name in {"leader", "mindtct"} else folder.name
    return labelled(name, [template for *_, template in prints], [identity for _, identity, _, _ in prints])


def simulated() -> Prints:
    """Simulate a set with the default configuration."""
    fingers = list(simulate.fingers(FINGERS, IMPRESSIONS, SEED))
    templates = [template for finger in fingers for template in finger]
    return labelled("simulated", templates, [str(k // IMPRESSIONS) for k in range(len(templates))])


def labelled(name: str, templates: list[fingerprint.Template], identities: list[str]) -> Prints:
    """Pair every print with every later one; those of one identity are mated."""
    mated, non_mated = [], []
    for a, b in combinations(range(len(templates)), 2):
        (mated if identities[a] == identities[b] else non_mated).append((a, b))
    return Prints(name, [template.at_500_dpi() for template in templates], mated, some(non_mated))


def some(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take at most `NON_MATED` pairs, spread evenly."""
    chosen = np.linspace(0, len(pairs) - 1, min(NON_MATED, len(pairs))).astype(int)
    return [pairs[k] for k in chosen]


def hull(points: np.ndarray) -> np.ndarray:
    """Give the corners of the convex hull, each to the left of the way between those before."""
    ordered = np.unique(points, axis=0)
    halves = []
    for half in (ordered, ordered[::-1]):
        corners: list[np.ndarray] = []
        for point in half:
            while len(corners) > 1 and cross(corners[-1] - corners[-2], point - corners[-2]) <= 0:
                corners.pop()
            corners.append(point)
        halves.append(corners[:-1])
    return np.array(halves[0] + halves[1])


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Give the cross product of vectors in the plane."""
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def area(corners: np.ndarray) -> float:
    """Give the area of a polygon, in mm²."""
    return float(cross(corners, np.roll(corners, -1, axis=0)).sum() / 2 * MM**2)


def turned(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Give the difference of directions, 0 to pi."""
    return np.abs((a - b + np.pi) % (2 * np.pi) - np.pi)


def places(template: fingerprint.Template) -> tuple[np.ndarray, np.ndarray]:
    """Give places and directions."""
    minutiae = template.minutiae
    return np.stack([minutiae["x"], minutiae["y"]], axis=1).astype(float), minutiae["direction"].astype(float)


class Laid(NamedTuple):
    """Two prints, the reference laid on the probe."""

    distances: np.ndarray
    differences: np.ndarray
    share: float
    rotation: float


def lay(probe: fingerprint.Template, reference: fingerprint.Template, transform: np.ndarray) -> Laid:
    """Pair the minutiae that then coincide, nearest first."""
    rotation = np.arctan2(-transform[1, 0], transform[0, 0])
    (p, p_direction), (r, r_direction) = places(probe), places(reference)
    r = r @ transform[:, :2].T + transform[:, 2]
    distance = np.hypot(*(p[:, None] - r[None]).transpose(2, 0, 1))
    difference = turned(p_direction[:, None], r_direction[None] + rotation)
    first, second = np.nonzero((distance <= DISTANCE) & (difference <= DIRECTION))
    free_p, free_r = np.ones(len(p), bool), np.ones(len(r), bool)
    pairs = []
    for k in np.argsort(distance[first, second], kind="stable"):
        i, j = first[k], second[k]
        if free_p[i] and free_r[j]:
            free_p[i] = free_r[j] = False
            pairs.append((i, j))
    rows, columns = np.array(pairs, int).reshape(-1, 2).T
    share = 2 * len(pairs) / (len(p) + len(r))
    return Laid(distance[rows, columns], difference[rows, columns], share, float(rotation))


def aligned(prints: Prints, pairs: Iterable[tuple[int, int]], least: float) -> list[Laid]:
    """Lay on each other all pairs that can be aligned and score at least so much."""
    found = []
    for a, b in pairs:
        comparison = fingerprint.compare(prints.templates[a], prints.templates[b])
        if comparison.score >= least and comparison.transform is not None:
            found.append(lay(prints.templates[a], prints.templates[b], comparison.transform))
    return found


def nearest(template: fingerprint.Template) -> np.ndarray:
    """Give each minutia's distance to the nearest other one."""
    at, _ = places(template)
    distance = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    np.fill_diagonal(distance, np.inf)
    return distance.min(axis=1)


def measure(prints: Prints) -> dict[str, tuple[list[float], int]]:
    """Measure a set: what is measured, its figures, and with how many decimals they are shown."""
    usable = [template for template in prints.templates if len(template) > 3]
    count = np.array([len(template) for template in prints.templates])
    areas = np.array([area(hull(places(template)[0])) for template in usable])
    density = np.array([len(template) for template in usable]) / areas
    near = np.concatenate([nearest(template) for template in usable])
    quality = 100 * np.concatenate([template.minutiae["quality"] for template in usable])
    mated = aligned(prints, prints.mated, fingerprint.DECISION_THRESHOLD)
    distance = np.concatenate([laid.distances for laid in mated])
    difference = np.degrees(np.concatenate([laid.differences for laid in mated]))
    rotation = np.degrees([laid.rotation for laid in mated])
    paired = [len(laid.distances) for laid in aligned(prints, prints.non_mated, 0)]

    def at(values: np.ndarray | list[float], *percent: int) -> list[float]:
        return [float(value) for value in np.nanpercentile(values, percent)]

    return {
        "minutiae a print, mean": ([float(count.mean())], 1),
        "the same, percentiles 5, 50, 95": (at(count, 5, 50, 95), 0),
        "area of a print in mm², median": (at(areas, 50), 0),
        "minutiae per mm², median": (at(density, 50), 2),
        "distance to the nearest minutia in pixels, percentiles 5, 50, 95": (at(near, 5, 50, 95), 0),
        "quality of a minutia in %, percentiles 5, 25, 50, 75": (at(quality, 5, 25, 50, 75), 0),
        "mated: share of the pairs aligned": ([len(mated) / len(prints.mated)], 3),
        "mated: share of minutiae paired, percentiles 5, 50, 95": (at([laid.share for laid in mated], 5, 50, 95), 2),
        "mated: distance of a pair in pixels, percentiles 50, 95": (at(distance, 50, 95), 1),
        "mated: difference in direction in degrees, percentiles 50, 95": (at(difference, 50, 95), 1),
        "mated: standard deviation of the rotation in degrees": ([float(rotation.std())], 0),
        "non-mated, aligned as well as possible: minutiae paired, median": (at(paired, 50), 0),
    }


def span(figures: list[list[float]], decimals: int) -> str:
    """Show the lowest to the highest of each figure."""
    shown = []
    for values in zip(*figures, strict=True):
        low, high = (f"{value:.{decimals}f}" for value in (min(values), max(values)))
        shown.append(low if low == high else f"{low} to {high}")
    return ", ".join(shown)


def table(columns: list[str], rows: dict[str, list[str]]) -> None:
    """Print a table in Markdown."""
    print("| | " + " | ".join(columns) + " |\n" + "|---" * (len(columns) + 1) + "|")
    for name, cells in rows.items():
        print(f"| {name} | " + " | ".join(cells) + " |")


def main() -> None:
    if len(sys.argv) < 2 or not all(Path(folder).is_dir() for folder in sys.argv[1:]):
        sys.exit("usage: compare_simulated.py FOLDER...   (folders of real templates, one set each)")
    sets = [read(Path(folder)) for folder in sys.argv[1:]]
    simulation = simulated()
    for prints in (*sets, simulation):
        print(f"{prints.name}: {len(prints.templates):,} prints, {len(prints.mated):,} mated pairs")
    real = [measure(prints) for prints in sets]
    alone = measure(simulation)

    print(f"\nReal: lowest to highest of {len(sets)} sets, {sum(len(s.templates) for s in sets):,} prints.\n")
    rows = {
        name: [span([one[name][0] for one in real], digits), span([figures], digits)]
        for name, (figures, digits) in alone.items()
    }
    table(["real", "simulated"], rows)
    if len(sets) > 1:
        print("\nEach set:\n")
        each = {name: [span([one[name][0]], digits) for one in real] for name, (_, digits) in alone.items()}
        table([prints.name for prints in sets], each)


if __name__ == "__main__":
    main()
