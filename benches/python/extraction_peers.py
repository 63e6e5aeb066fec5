"""Extract the same images with other programs, side by side in one run.

``python benches/python/extraction_peers.py SET...`` takes folders with ``images/``, in which the last part of a name
(``finger_impression``) or its first letter (``a004_07``) tells impressions of one finger apart, and prints for each

- how many minutiae of LEADER, run by onnxruntime on the same images, matcher finds too (within 1 pixel, 2 degrees and
  0.02 of quality), and how many more it finds;
- the processor time an image of both and of NIST's mindtct, one thread each, taking turns;
- how well the quality of a print foretells its errors, beside NFIQ 2: the area under the curve of errors against
  rejects (Grother and Tabassi 2007), as a share of that of a quality that foretells nothing, so less is better. Pairs
  are rejected by the lower quality of the two; a pair is an error whose score is among the lowest 5 percent.

Both peers are optional: ``pip install onnxruntime nbis-py`` (1.32 and 0.1.3 were tried). onnxruntime reads the model
that ``matcher model install`` put in its place. ``--step N`` takes every Nth image for the first two; ``--no-quality``
leaves the third out.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from matcher import fingerprint

MULTIPLE = 32  # what the network wants the sides to be multiples of
LEAST = 0.3  # quality of a minutia
REJECTED = np.linspace(0, 0.3, 31)
ERRORS = 0.05


def onnxruntime_session() -> Any:
    """Open the installed model with onnxruntime, on one thread, or say how to get it."""
    try:
        import onnxruntime
    except ImportError:
        print("onnxruntime is not installed: `pip install onnxruntime`, then again. Going on without it.")
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(fingerprint.model_path()), options, providers=["CPUExecutionProvider"])


def nbis_module() -> Any:
    """Import nbis-py, or say how to get it."""
    try:
        import nbis
    except ImportError:
        print("nbis-py is not installed: `pip install nbis-py`, then again. Going on without it.")
        return None
    return nbis


def by_onnxruntime(session: Any, pixels: np.ndarray) -> np.ndarray:
    """Find minutiae as the published implementation does.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
        The model.
    pixels : numpy.ndarray
        Grey image of 500 dpi.

    Returns
    -------
    numpy.ndarray
        Rows of x, y, direction in radians, quality.
    """
    height, width = pixels.shape
    outer = [-(-side // MULTIPLE) * MULTIPLE for side in (height, width)]
    top, left = (outer[0] - height) // 2, (outer[1] - width) // 2
    room = ((top, outer[0] - height - top), (left, outer[1] - width - left))
    padded = np.pad(pixels.astype(np.float32), room, constant_values=float(pixels[0, 0]))
    out = session.run(None, {"input": padded[None, ..., None]})[0][0]
    out = out[top : top + height, left : left + width]
    rows, columns = np.nonzero(out[..., 3] >= LEAST)
    return np.column_stack([columns, rows, out[rows, columns, 1], out[rows, columns, 3]])


def in_common(ours: np.ndarray, theirs: np.ndarray) -> int:
    """Count the rows of theirs that are among ours."""
    if not len(ours) or not len(theirs):
        return 0
    apart = np.abs(ours[:, None, :] - theirs[None, :, :])
    turn = np.minimum(apart[..., 2] % math.tau, math.tau - apart[..., 2] % math.tau)
    # A template keeps whole percents of quality.
    same = (apart[..., :2] <= 1).all(-1) & (turn <= math.radians(2)) & (apart[..., 3] <= 0.02)
    return int(same.any(0).sum())


def as_rows(template: fingerprint.Template) -> np.ndarray:
    """Minutiae of a template as rows of x, y, direction, quality."""
    minutiae = template.minutiae
    return np.column_stack([minutiae[name].astype(float) for name in ("x", "y", "direction", "quality")])


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Call, and take the processor time of this thread."""
    begun = time.thread_time()
    answer = call()
    return answer, time.thread_time() - begun


def beside(files: list[Path], session: Any, nbis: Any) -> None:
    """Print what is found in common with onnxruntime, and the times of all."""
    seconds: dict[str, list[float]] = {"matcher": []}
    theirs = common = ours = 0
    mindtct = None
    if nbis is not None:
        settings = {"get_center": False, "check_fingerprint": False, "compute_nfiq2": False, "ppi": 500.0}
        mindtct = nbis.new_nbis_extractor(nbis.NbisExtractorSettings(min_quality=0.0, **settings))
    for file in files:
        image = fingerprint.read_image(file).at_500_dpi()
        template, time_taken = timed(lambda image=image: fingerprint.extract(image))
        seconds["matcher"].append(time_taken)
        if session is not None:
            found, time_taken = timed(lambda image=image: by_onnxruntime(session, image.pixels))
            seconds.setdefault("onnxruntime", []).append(time_taken)
            theirs += len(found)
            common += in_common(as_rows(template), found)
            ours += len(template.minutiae)
        if mindtct is not None:
            _, time_taken = timed(lambda file=file: mindtct.extract_minutiae_from_image_file(str(file)))
            seconds.setdefault("mindtct", []).append(time_taken)
    if session is not None:
        share = 100 * common / max(theirs, 1)
        print(f"  minutiae by onnxruntime {theirs}, of them found {common} ({share:.2f} %); found in all {ours}")
    for name, times in seconds.items():
        print(f"  {name:12} {1e3 * float(np.median(times)):7.1f} ms an image (median of {len(times)})")


def finger_of(name: str) -> str:
    """Name the finger of an image."""
    return name[1:] if name[:1] in "ab" and name[1:2].isdigit() else name.rpartition("_")[0]


def curve(qualities: np.ndarray, scores: np.ndarray) -> float:
    """Area under the curve of errors against rejects, as a share of that without any foresight."""
    missed = scores <= np.quantile(scores, ERRORS)
    ordered = missed[np.argsort(qualities, kind="stable")]
    left = [ordered[int(share * len(ordered)) :].mean() for share in REJECTED]
    return float(np.mean(left) / missed.mean())


def quality(files: list[Path], nbis: Any) -> None:
    """Print how well the qualities foretell low scores of mated pairs."""
    templates = dict(zip((file.stem for file in files), fingerprint.extract_many(files), strict=True))
    qualities = {"matcher": {name: float(template.quality or 0) for name, template in templates.items()}}
    if nbis is not None:
        settings = nbis.NbisExtractorSettings(
            min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=True, ppi=500.0
        )
        extractor, nfiq2 = nbis.new_nbis_extractor(settings), {}
        for file in files:
            try:
                nfiq2[file.stem] = float(extractor.extract_minutiae_from_image_file(str(file)).quality().score)
            except nbis.NbisError:
                nfiq2[file.stem] = 0.0  # it finds no print there
        qualities["NFIQ 2"] = nfiq2
    fingers: dict[str, list[str]] = {}
    for name in templates:
        fingers.setdefault(finger_of(name), []).append(name)
    pairs = [pair for names in fingers.values() for pair in combinations(names, 2)]
    scores = np.array([fingerprint.compare(templates[a], templates[b]).score for a, b in pairs])
    for name, of in qualities.items():
        lower = np.array([min(of[a], of[b]) for a, b in pairs])
        print(f"  quality by {name:8} errors against rejects {curve(lower, scores):.3f} ({len(pairs)} mated pairs)")


def main() -> None:
    """Measure each set that is named."""
    parser = argparse.ArgumentParser(description="Extraction beside other programs.")
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET")
    parser.add_argument("--step", type=int, default=5, help="every so many images beside onnxruntime and mindtct")
    parser.add_argument("--no-quality", action="store_true", help="leave the qualities out")
    options = parser.parse_args()
    session, nbis = onnxruntime_session(), nbis_module()
    for folder in options.sets:
        files = sorted((folder / "images").iterdir())
        print(f"{folder.name}: {len(files)} images")
        beside(files[:: options.step], session, nbis)
        if not options.no_quality:
            quality(files, nbis)


if __name__ == "__main__":
    main()
