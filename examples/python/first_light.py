"""Whose print is this, why do we think so, and how often would we be wrong?

`make demo` runs this on the simulated prints of `testdata/`: it enrols a gallery in a folder, closes it, opens and
searches it, shows the ranked candidates with their evidence, counts errors on a labelled set, and measures the speed of
this machine.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import matcher
import numpy as np
from matcher import evaluation, fingerprint, simulate
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

PRINTS = Path(__file__).parents[2] / "testdata" / "fingerprint"
console = Console(width=100 if not sys.stdout.isatty() else None, highlight=False)


def heading(text: str) -> None:
    """Start a part of the demonstration."""
    console.print()
    console.rule(f"[bold]{text}", align="left")


def enrol(folder: Path) -> None:
    """Enrol files in a gallery that lasts: a file is a subject, a view of it one of the subject's prints."""
    heading("1  Enrol")
    files = sorted((PRINTS / "gallery").glob("*.fmr"))
    start = time.perf_counter()
    with matcher.Gallery.create(folder) as gallery:
        with gallery.batch() as batch:
            for file in files:
                batch.enrol(file.stem, fingerprint.read(file), provenance=file.name)
        stats = gallery.stats()
    console.print(
        f"{stats['subjects']} subjects with {stats['prints']} prints ({stats['minutiae']:,} minutiae) enrolled from "
        f"ISO/IEC 19794-2 records in {time.perf_counter() - start:.2f} s; the gallery is closed"
    )


def reopen(folder: Path) -> matcher.Gallery:
    """Open the gallery again, as a program does that only searches."""
    start = time.perf_counter()
    gallery = matcher.Gallery.open(folder, read_only=True)
    milliseconds = 1000 * (time.perf_counter() - start)
    console.print(f"opened again in {milliseconds:.1f} ms, read-only: {len(gallery)} subjects")
    return gallery


def search(gallery: matcher.Gallery, file: Path) -> matcher.CandidateList:
    """Search the gallery with one print and show the candidates."""
    [probe] = fingerprint.read(file)
    start = time.perf_counter()
    answer = gallery.search(probe, limit=5)
    milliseconds = 1000 * (time.perf_counter() - start)

    table = Table(title=f"probe {file.name}: {len(probe)} minutiae", title_justify="left")
    for column, side in [("rank", "right"), ("subject", "left"), ("score", "right"), ("paired minutiae", "right")]:
        table.add_column(column, justify=side)
    table.add_column("")
    for candidate in answer:
        strong = candidate.score >= fingerprint.DECISION_THRESHOLD
        table.add_row(
            str(candidate.rank),
            candidate.subject_id,
            f"{candidate.score:.2f}",
            str(len(candidate.evidence().pairs)),
            "[green]above the threshold[/]" if strong else "[dim]below[/]",
        )
    console.print(table)
    console.print(
        f"searched {answer.searched}, not comparable {answer.not_comparable}, not searched {answer.not_searched}, "
        f"complete: {answer.complete}; {milliseconds:.0f} ms; {answer.method}"
    )
    return answer


class Canvas:
    """A drawing of dots, two by four in a character."""

    def __init__(self, columns: int, rows: int) -> None:
        self.dots = np.zeros((rows * 4, columns * 2), dtype=bool)
        self.styles = np.full((rows, columns), "dim", dtype=object)

    def stroke(self, x: float, y: float, direction: float, style: str) -> None:
        """Draw a minutia: a dot with a short tail in its direction."""
        for step in np.linspace(0, 4, 9):
            column, row = round(x + step * np.cos(direction)), round(y - step * np.sin(direction))
            if 0 <= row < self.dots.shape[0] and 0 <= column < self.dots.shape[1]:
                self.dots[row, column] = True
                self.styles[row // 4, column // 2] = style

    def text(self) -> Text:
        """Give the drawing in Braille characters."""
        weights = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
        text = Text()
        for row, styles in enumerate(self.styles):
            for column, style in enumerate(styles):
                cell = self.dots[row * 4 : row * 4 + 4, column * 2 : column * 2 + 2]
                text.append(chr(0x2800 + int((cell * weights).sum())), style)
            text.append("\n")
        return text


def show_evidence(gallery: matcher.Gallery, file: Path, candidate: matcher.Candidate) -> None:
    """Lay the candidate's print on the probe: what coincides is what an examiner looks at."""
    heading("3  Evidence: the candidate's print laid on the probe")
    [probe] = fingerprint.read(file)
    evidence = candidate.evidence()
    reference = gallery.get(candidate.subject_id).fingerprints[evidence.prints[0]]
    p, r = probe.minutiae, reference.minutiae
    moved = evidence.transform @ np.stack([r["x"], r["y"], np.ones(len(r))])
    turn = np.arctan2(-evidence.transform[1, 0], evidence.transform[0, 0])

    everything = np.concatenate([np.stack([p["x"], p["y"]]), moved], axis=1)
    low, high = everything.min(axis=1), everything.max(axis=1)
    scale = 104 / (high[1] - low[1])  # 28 rows of four dots, a tail's length free at both ends
    canvas = Canvas(columns=int((high[0] - low[0]) * scale + 8) // 2 + 1, rows=28)
    place = [(np.stack([p["x"], p["y"]]), p["direction"], "cyan"), (moved, r["direction"] + turn, "magenta")]
    for side, (xy, direction, style) in enumerate(place):
        paired = set(evidence.pairs[:, side].tolist())
        for order in (False, True):  # paired ones last, so that their colour stays
            for k in range(xy.shape[1]):
                if (k in paired) == order:
                    x, y = (xy[:, k] - low) * scale + 4
                    canvas.stroke(x, y, direction[k], "bold green" if order else style)
    console.print(
        Panel.fit(
            canvas.text(),
            title=f"{file.name} and {candidate.subject_id}",
            subtitle=f"[bold green]{len(evidence.pairs)} pairs[/]   [cyan]probe only[/]   [magenta]candidate only[/]",
        )
    )
    parts = ", ".join(
        f"{name} {value:.3g}" if value < 1000 else f"{name} {value}" for name, value in evidence.parts.items()
    )
    console.print(f"score {evidence.score:.2f} from: {parts}")


def evaluate() -> None:
    """Count the errors on a labelled set."""
    heading("4  How often would we be wrong?")
    found = evaluation.evaluate_folders([PRINTS / "labelled"])
    rates = found.rates
    table = Table()
    for column in ("FMR at most", "FNMR", "95 % interval", "threshold", ""):
        table.add_column(column, justify="right")
    for fmr in (1e-2, 1e-3, 1e-4):
        point = rates.operating_point(fmr)
        low, high = point["fnmr_interval"]
        note = "" if point["supported"] else f"[dim]needs {point['non_mated_needed']:,} non-mated comparisons[/]"
        table.add_row(
            f"{fmr:g}",
            f"{100 * point['fnmr_value']:.2f} %",
            f"{100 * low:.2f} to {100 * high:.2f} %",
            f"{point['threshold']:.2f}",
            note,
        )
    console.print(table)
    console.print(
        f"{rates.mated} mated and {rates.non_mated:,} non-mated comparisons, EER {100 * rates.eer:.2f} %; "
        f"named by the rule {found.naming[0]}\n"
        "[dim]These prints are simulated: `matcher evaluate FOLDER` does the same for prints of your own.[/]"
    )


def measure() -> None:
    """Measure simulation, enrolment and search on this machine."""
    heading("5  This machine")
    start = time.perf_counter()
    gallery = simulate.gallery(5_000, fingers=1, seed=7)
    filled = time.perf_counter() - start
    probe = gallery.get(gallery.subjects()[1_234]).fingerprints[0]
    start = time.perf_counter()
    answer = gallery.search(probe, limit=1)
    searched = time.perf_counter() - start
    console.print(
        f"{len(gallery):,} prints simulated and enrolled in {filled:.1f} s; searched in "
        f"{1000 * searched:.0f} ms ({len(gallery) / searched:,.0f} prints/s), found {answer[0].subject_id}"
    )


def show(folder: Path) -> None:
    """Show a gallery in a folder from its making to the evidence of a candidate."""
    enrol(folder)
    heading("2  Search")
    with reopen(folder) as gallery:
        file = PRINTS / "probes" / "of_S0101.fmr"
        answer = search(gallery, file)
        search(gallery, PRINTS / "probes" / "stranger.fmr")
        console.print("[dim]The stranger is not enrolled: searched completely, and nothing above the threshold.[/]")
        show_evidence(gallery, file, answer[0])


def main() -> None:
    """Show everything."""
    console.print(Panel.fit(f"[bold]matcher {matcher.__version__}[/]  first light: prints in, candidates out"))
    with tempfile.TemporaryDirectory() as parent:
        show(Path(parent) / "gallery")
    evaluate()
    measure()


if __name__ == "__main__":
    main()
