"""Perturbed copies of a print: what another impression of the finger might have looked like.

In a copy it is known which minutia is which, so it teaches what no mated pair can: there, only minutiae that the
matcher found to correspond are known. A copy is distorted smoothly, as skin is; a part is cut off; minutiae are
missed, the poor ones more often; others are found that are not there; places and directions are inexact, and a
direction is the opposite now and then.
"""

from __future__ import annotations

import numpy as np
from matcher.fingerprint import Template

# Pixels are those at 500 dpi.
WAVES = 3  # waves of distortion
WAVE_LENGTH = (200.0, 500.0)
AMPLITUDE = 5.0  # standard deviation along each axis
KEPT = (0.3, 1.5)  # how far from the middle the cut is, in standard deviations of the places
MISSED = (0.05, 0.30)
SPURIOUS = (0.05, 0.30)
SPURIOUS_DISTANCE = (10.0, 50.0)  # from a minutia that is there
SPURIOUS_DIRECTION = 0.4  # radians; such lie along the ridges, either way
SPURIOUS_QUALITY = 0.3
PLACE = (1.5, 3.0)
DIRECTION = (0.06, 0.14)  # radians
OPPOSITE = 0.01


def perturbed(template: Template, random: np.random.Generator) -> tuple[Template, np.ndarray]:
    """Give a copy, and for each of its minutiae the row of the one that it shows, -1 for none."""
    minutiae = template.at_500_dpi().minutiae
    x, y, direction = minutiae["x"], -minutiae["y"], minutiae["direction"]
    quality = np.nan_to_num(minutiae["quality"], nan=1.0)
    if len(x) == 0:
        return template, np.zeros(0, int)
    middle_x, middle_y = x.mean(), y.mean()
    spread = np.hypot(x.std(), y.std())
    towards = random.uniform(0, 2 * np.pi)
    cut = spread * random.uniform(*KEPT)
    kept = (x - middle_x) * np.cos(towards) + (y - middle_y) * np.sin(towards) <= cut
    # Of quality 0 a minutia is missed four times as often as of 1.
    kept &= random.random(len(x)) >= random.uniform(*MISSED) * (1.6 - 1.2 * quality)

    moved_x, moved_y, turned = x.copy(), y.copy(), direction.copy()
    for _ in range(WAVES):
        number = 2 * np.pi / random.uniform(*WAVE_LENGTH)
        heading, phase = random.uniform(0, 2 * np.pi, 2)
        along_x, along_y = random.normal(0, AMPLITUDE, 2)
        across, up = number * np.cos(heading), number * np.sin(heading)
        angle = across * x + up * y + phase
        moved_x += along_x * np.sin(angle)
        moved_y += along_y * np.sin(angle)
        turned += np.cos(angle) * (across * along_y - up * along_x) / 2  # half the curl of the displacement
    place, bearing = random.uniform(*PLACE), random.uniform(*DIRECTION)
    moved_x += random.normal(0, place, len(x))
    moved_y += random.normal(0, place, len(x))
    turned += random.normal(0, bearing, len(x)) + np.pi * (random.random(len(x)) < OPPOSITE)

    rows = np.flatnonzero(kept)
    count = int(random.uniform(*SPURIOUS) * len(rows))
    beside = random.choice(rows, count) if count else np.zeros(0, int)
    distance, bearing_to = random.uniform(*SPURIOUS_DISTANCE, count), random.uniform(0, 2 * np.pi, count)
    along = direction[beside] + random.normal(0, SPURIOUS_DIRECTION, count) + np.pi * random.integers(0, 2, count)
    copy = Template.from_arrays(
        np.append(moved_x[rows], moved_x[beside] + distance * np.cos(bearing_to)),
        -np.append(moved_y[rows], moved_y[beside] + distance * np.sin(bearing_to)),
        np.append(turned[rows], along) % (2 * np.pi),
        quality=np.append(quality[rows], np.full(count, SPURIOUS_QUALITY)),
    )
    shown = np.append(rows, np.full(count, -1))
    return copy, shown[copy.minutiae["source_index"]]
