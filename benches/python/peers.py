"""Compare with bozorth3 on the same templates, side by side in one run.

``python benches/python/peers.py FOLDER...`` compares every two prints of a labelled folder with matcher and with NIST's
bozorth3, and prints the error rates and the speed of both. The peer is optional: without it the script says what to
install.

bozorth3 comes with the package nbis-py (0.1.3 was tried), which needs some care. It reads records of its own making
only: their header has 26 bytes where that of ISO/IEC 19794-2 has 28. bozorth3 relies on minutiae that stand from left
to right, and nbis-py does not sort them; so they are handed over in that order, and with one quality, in case a version
sorts by it. The best 150 are chosen before, as NIST's own program does. In another order the score falls as a print is
turned, down to nothing; in this one it stays. What is left: nbis-py brings directions to steps of 11.25
degrees, which NIST's extractor mindtct has. Its templates lose nothing by that; finer ones do, so measure both.

Times are the processor time of one thread, and the two take turns at each probe. bozorth3 prepares both prints in every
comparison; matcher is shown doing so with the reference, and with every print prepared once, as in a gallery.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matcher import evaluation, fingerprint

PEER = "nbis-py"
FMRS = (1e-2, 1e-3)
MOST = 150  # minutiae that NIST's program looks at unless told otherwise


def chosen(template: fingerprint.Template) -> np.ndarray:
    """Choose the minutiae that bozorth3 looks at.

    Parameters
    ----------
    template : Template
        A print.

    Returns
    -------
    numpy.ndarray
        The best by quality, from left to right.
    """
    minutiae = template.minutiae
    best = minutiae[np.argsort(-np.nan_to_num(minutiae["quality"]), kind="stable")[:MOST]]
    return best[np.lexsort((-best["y"], best["x"]))]


def peer_record(template: fingerprint.Template) -> bytes:
    """Write a template in the record that nbis-py reads.

    Parameters
    ----------
    template : Template
        A print.

    Returns
    -------
    bytes
        26 bytes of header, of which nbis-py reads the size of the image and the number of minutiae, then 6 bytes for
        each minutia.
    """
    minutiae = chosen(template)
    head = b"FMR\0 20\0" + (26 + 6 * len(minutiae)).to_bytes(4, "big") + bytes(2)
    size = (template.width or 0).to_bytes(2, "big") + (template.height or 0).to_bytes(2, "big")
    rows = bytearray()
    for m in minutiae:
        kind_and_x = int(m["kind"]) << 14 | round(float(m["x"]))
        direction = round(float(m["direction"]) * 256 / (2 * np.pi)) % 256
        rows += kind_and_x.to_bytes(2, "big") + round(float(m["y"])).to_bytes(2, "big") + bytes([direction, 63])
    return head + size + bytes(7) + bytes([len(minutiae)]) + bytes(rows)


def load_peer() -> Callable[[fingerprint.Template], object]:
    """Find nbis-py, or say how to get it.

    Returns
    -------
    callable
        Takes a template to what nbis-py compares.
    """
    try:
        import nbis
    except ImportError:
        sys.exit(f"bozorth3 is not installed: python -m pip install {PEER}, then again. Nothing was compared.")
    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=False, ppi=None
    )
    extractor = nbis.new_nbis_extractor(settings)

    def prepare(template: fingerprint.Template) -> object:
        loaded = extractor.load_iso_19794_2_2005(peer_record(template))
        mine = [(round(float(m["x"])), round(float(m["y"]))) for m in chosen(template)]
        theirs = [(m.x(), m.y()) for m in loaded.get()]
        if mine != theirs:  # a version that reads another record must not be measured on half a print
            sys.exit(f"{PEER} read other minutiae than the {len(mine)} that were written. Nothing was compared.")
        return loaded

    return prepare


def compare(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compare all pairs of a folder with both and print a table.

    Parameters
    ----------
    folder : Path
        Template files, one print each, named so that ``matcher evaluate`` knows which are mated.

    Returns
    -------
    tuple of numpy.ndarray
        Whether each comparison is mated, its score by matcher, its score by bozorth3.
    """
    prepare = load_peer()
    found = evaluation.evaluate_folders([folder])
    pairs = [(a, b, mated, score) for _, a, b, mated, score in found.comparisons()]
    templates = {name: template for name, _, _, template in evaluation.read_folder(folder)}
    peers = {name: prepare(template) for name, template in templates.items()}
    mated = np.array([same for _, _, same, _ in pairs])

    ours, theirs = np.zeros(len(pairs)), np.zeros(len(pairs))
    our_time = their_time = 0.0
    rows: dict[str, list[int]] = {}
    for k, (a, *_) in enumerate(pairs):
        rows.setdefault(a, []).append(k)
    for probe, of_probe in rows.items():
        names = [pairs[k][1] for k in of_probe]
        references, peer, peer_references = [templates[n] for n in names], peers[probe], [peers[n] for n in names]
        start = time.thread_time()
        ours[of_probe] = fingerprint.Matcher(templates[probe]).scores(references, threads=1)
        middle = time.thread_time()
        theirs[of_probe] = [peer.compare(reference) for reference in peer_references]  # type: ignore[attr-defined]
        our_time += middle - start
        their_time += time.thread_time() - middle
    if not np.array_equal(ours, [score for *_, score in pairs]):
        sys.exit("the scores are not those of the evaluation. Nothing is reported.")

    start = time.thread_time()
    matrix = fingerprint.score_matrix(list(templates.values()), list(templates.values()), threads=1)
    once = (time.thread_time() - start) / matrix.size

    print(f"\n{folder}: {len(templates)} prints, {counts(mated)}")
    print(f"matcher: {fingerprint.Matcher(next(iter(templates.values()))).method}\n")
    speeds = (
        f"{len(pairs) / our_time:,.0f}; {1 / once:,.0f} with prints prepared once",
        f"{len(pairs) / their_time:,.0f}",
    )
    table(mated, ours, theirs, speeds)
    return mated, ours, theirs


def counts(mated: np.ndarray) -> str:
    """Say how many comparisons there are."""
    return f"{mated.sum():,} mated and {(~mated).sum():,} non-mated comparisons"


def table(mated: np.ndarray, ours: np.ndarray, theirs: np.ndarray, speeds: tuple[str, str]) -> None:
    """Print the error rates of both, and how fast they were.

    Parameters
    ----------
    mated : numpy.ndarray
        Whether a comparison is of one finger.
    ours, theirs : numpy.ndarray
        The scores of the same comparisons.
    speeds : tuple of str
        Comparisons a second.
    """
    print("| | EER | " + " | ".join(f"FNMR at FMR {fmr:g} (95 % interval)" for fmr in FMRS) + " | comparisons/s |")
    print("|---|---|" + "---|" * len(FMRS) + "---|")
    for name, scores, speed in (("matcher", ours, speeds[0]), (f"bozorth3 of {PEER}", theirs, speeds[1])):
        rates = evaluation.error_rates(scores[mated], scores[~mated])
        cells = [f"{100 * rates.eer:.2f} %"]
        for fmr in FMRS:
            point = rates.operating_point(fmr)
            low, high = (100 * value for value in point["fnmr_interval"])
            few = "" if point["supported"] else f", needs {point['non_mated_needed']:,} non-mated"
            cells.append(f"{100 * point['fnmr_value']:.2f} % ({low:.2f} to {high:.2f}{few})")
        print(f"| {name} | " + " | ".join(cells) + f" | {speed} |")


def main() -> None:
    """Compare each folder of the command line, and all of them together."""
    folders = [Path(folder) for folder in sys.argv[1:]]
    if not folders or not all(folder.is_dir() for folder in folders):
        sys.exit("usage: peers.py FOLDER...   (labelled folders of templates)")
    found = [compare(folder) for folder in folders]
    if len(found) > 1:
        mated, ours, theirs = (np.concatenate(column) for column in zip(*found, strict=True))
        print(f"\nall together: {counts(mated)}, within folders\n")
        table(mated, ours, theirs, ("", ""))


if __name__ == "__main__":
    main()
