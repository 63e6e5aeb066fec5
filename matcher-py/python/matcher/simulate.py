"""Fingers, galleries, DNA profiles and families from a seed, the same on every machine.

Simulated prints show speed, scale and plumbing, and let settings be compared. How well real fingers are told
apart takes real prints.

Examples
--------
Three fingers with two impressions each; any of them again, from the same seed:

>>> from matcher import simulate
>>> fingers = list(simulate.fingers(3, impressions=2, seed=42))
>>> [len(impressions) for impressions in fingers]
[2, 2, 2]
>>> fingers == list(simulate.fingers(3, impressions=2, seed=42))
True

A gallery of 50 subjects with two fingers each:

>>> gallery = simulate.gallery(subjects=50, fingers=2, seed=42)
>>> len(gallery)
50

An image of a finger, with the minutiae that it really shows:

>>> [(image, template)] = next(simulate.ridge_images(1, impressions=1, seed=42))
>>> image
<Image: 388 x 480 pixels, 500.0 dpi>

DNA profiles of a population:

>>> people = list(simulate.profiles(3, "nist1036-cauc", seed=42))
>>> [person.id for person in people]
['P0000001', 'P0000002', 'P0000003']

A family, whose members share what they inherit:

>>> from matcher.dna import Pedigree
>>> list(simulate.family(Pedigree([("child", "father", None), ("father", None, None)]), "nist1036-cauc", seed=42))
['father', 'child']
"""

from matcher._matcher import simulate_family as family
from matcher._matcher import simulate_fingers as fingers
from matcher._matcher import simulate_gallery as gallery
from matcher._matcher import simulate_profiles as profiles
from matcher._matcher import simulate_ridge_images as ridge_images

__all__ = ["family", "fingers", "gallery", "profiles", "ridge_images"]
