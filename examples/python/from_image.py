"""Whose print is on this image, and what does the examiner see?

`make demo` runs this on simulated fingers: it draws two impressions of some of them, writes them as PNG files, enrols
the first ones in a gallery straight from the files, searches it with an image of the second kind, and saves a picture
of the minutiae that correspond.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import matcher
from matcher import fingerprint, simulate
from rich.console import Console
from rich.table import Table

SUBJECTS = 12
DONOR = 7
console = Console(width=100 if not sys.stdout.isatty() else None, highlight=False)


def draw_scans(folder: Path) -> None:
    """Draw what a scanner would give: two impressions of each finger, as PNG files that state their resolution."""
    for number, impressions in enumerate(simulate.ridge_images(SUBJECTS, impressions=2, seed=2026)):
        for name, (image, _) in zip(("enrolled", "later"), impressions, strict=True):
            image.save_png(folder / f"S{number:02}_{name}.png")


def enrol(folder: Path) -> matcher.Gallery:
    """Find the minutiae of all first impressions, on all cores, and enrol them."""
    files = sorted(folder.glob("*_enrolled.png"))
    start = time.perf_counter()
    templates = fingerprint.extract_many(files)
    seconds = time.perf_counter() - start
    gallery = matcher.Gallery.in_memory()
    with gallery.batch() as batch:
        for file, template in zip(files, templates, strict=True):
            batch.enrol(file.stem[:3], template, provenance=file.name)
    console.print(
        f"{len(files)} images, {sum(map(len, templates))} minutiae found in {seconds:.1f} s by {templates[0].extractor}"
    )
    return gallery


def search(gallery: matcher.Gallery, file: Path) -> fingerprint.Picture:
    """Search with an image, show the candidates, and draw the evidence for the best of them."""
    probe = fingerprint.extract(file)
    answer = gallery.search(probe, limit=3, min_score=None)
    table = Table(title=f"probe {file.name}: {len(probe)} minutiae", title_justify="left")
    for column in ("rank", "subject", "score", "paired minutiae"):
        table.add_column(column, justify="left" if column == "subject" else "right")
    for candidate in answer:
        paired = len(candidate.evidence().pairs)
        table.add_row(str(candidate.rank), candidate.subject_id, f"{candidate.score:.2f}", str(paired))
    console.print(table)

    best = answer[0]
    evidence = best.evidence()
    return fingerprint.draw_comparison(
        probe,
        gallery.get(best.subject_id).fingerprints[evidence.prints[0]],
        evidence.comparisons[0],
        probe_image=file,
        reference_image=file.with_name(f"{best.subject_id}_enrolled.png"),
        probe_id=file.stem,
        reference_id=best.subject_id,
    )


def main() -> None:
    """Show everything."""
    console.rule("[bold]From an image to a donor", align="left")
    with tempfile.TemporaryDirectory() as parent:
        scans = Path(parent)
        draw_scans(scans)
        try:
            gallery = enrol(scans)
        except matcher.NoModelError as error:
            console.print(f"not shown: {error}")
            return
        picture = search(gallery, scans / f"S{DONOR:02}_later.png")
    saved = Path(tempfile.mkdtemp(prefix="matcher-demo-")) / "evidence.svg"
    picture.save(saved)
    console.print(f"both images with the corresponding minutiae: {saved}")


if __name__ == "__main__":
    main()
