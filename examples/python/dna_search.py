"""Whose DNA profile agrees with this trace, at which loci, and how often would such an agreement come about by chance?

`make demo` runs this after the prints, on the simulated profiles of `testdata/`: it reads a table of people and a
partial trace, searches one with the other, shows the verdict at each locus with its match probability in four
populations, says what is not a hit, and measures the speed of this machine.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from matcher import dna, simulate
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

PROFILES = Path(__file__).parents[2] / "testdata" / "dna"
POPULATIONS = ("nist1036-afam", "nist1036-asian", "nist1036-cauc", "nist1036-hisp")
console = Console(width=100 if not sys.stdout.isatty() else None, highlight=False)

#: How each verdict is shown.
STYLES = {"agrees": "green", "wildcard": "yellow", "partial": "red", "excluded": "red", "not_compared": "dim"}


def heading(text: str) -> None:
    """Start a part of the demonstration."""
    console.print()
    console.rule(f"[bold]{text}", align="left")


def search(table: dna.ProfileTable, trace: dna.Profile) -> dna.DnaCandidateList:
    """Search the table and show the candidates."""
    start = time.perf_counter()
    answer = table.search(trace, "codis_moderate", limit=5, frequencies="nist1036")
    milliseconds = 1000 * (time.perf_counter() - start)
    shown = Table(title="moderate stringency, one mismatch allowed (rule codis_moderate)", title_justify="left")
    for column in ("rank", "profile", "agreeing loci", "mismatches", "log10 match probability", "expected by chance"):
        shown.add_column(column, justify="right")
    for candidate in answer:
        shown.add_row(
            str(candidate.rank),
            candidate.id,
            str(candidate.score),
            str(candidate.evidence().mismatches),
            f"{candidate.log10_rmp:.2f}",
            f"{candidate.adventitious:.1e}",
        )
    console.print(shown)
    console.print(
        f"searched {answer.searched}, not comparable {answer.not_comparable}, not searched {answer.not_searched}, "
        f"complete: {answer.complete}; {milliseconds:.1f} ms; {answer.method}"
    )
    return answer


def show_evidence(trace: dna.Profile, person: dna.Profile, comparison: dna.ProfileComparison) -> None:
    """Show the verdict at each locus, and how rare the trace is in four populations."""
    heading("7  Evidence: the verdict at each locus, and how rare it is")
    rarity = {
        name: dna.match_probability(trace, dna.Frequencies.builtin(name, rare="5/2N"), theta=0.01)
        for name in POPULATIONS
    }
    shown = Table(title=f"{trace.id} and {person.id}", title_justify="left")
    for column, side in [("locus", "left"), ("trace", "right"), ("person", "right"), ("verdict", "left")]:
        shown.add_column(column, justify=side)
    for name in POPULATIONS:
        shown.add_column(name.removeprefix("nist1036-"), justify="right")
    for locus, verdict in comparison.loci.items():
        here = [rarity[name].per_locus.get(locus) for name in POPULATIONS]
        shown.add_row(
            locus,
            ",".join(trace.loci.get(locus, ())),
            ",".join(person.loci.get(locus, ())),
            f"[{STYLES[verdict]}]{verdict.replace('_', ' ')}[/]",
            *("" if value is None else f"{value:.4f}" for value in here),
        )
    shown.add_section()
    shown.add_row("log10 of all", "", "", "", *(f"{rarity[name].log10:.2f}" for name in POPULATIONS))
    console.print(shown)
    console.print("[dim]Match probability by NRC II, formula 4.10, theta 0.01, rare alleles at 5/2N at least.[/]")


def say_what_is_no_hit(table: dna.ProfileTable, trace: dna.Profile) -> None:
    """Show that no hit and not comparable are different answers."""
    heading("8  No hit, and not comparable")
    console.print(f"P0000001: {dna.compare(trace, table[0], 'codis_moderate')}")
    two = dna.Profile("two loci", {locus: trace.loci[locus] for locus in ("FGA", "TPOX")})
    console.print(f"two loci: not comparable, because {dna.compare(two, table[0], 'codis_moderate').reason}")


def measure(trace: dna.Profile, person: dna.Profile) -> None:
    """Measure packing, search and index on this machine."""
    heading("9  This machine")
    start = time.perf_counter()
    table = dna.ProfileTable(simulate.profiles(200_000, "nist1036", seed=7, loci=person.loci))
    packed = time.perf_counter() - start
    index, probe = dna.ProfileIndex(table), table[123_456]
    searched = looked_up = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        answer = table.search(trace, "codis_moderate", threads=1)
        searched = min(searched, time.perf_counter() - start)
        start = time.perf_counter()
        found = index.search(probe, "codis_moderate")
        looked_up = min(looked_up, time.perf_counter() - start)
    console.print(
        f"{len(table):,} profiles simulated and packed in {packed:.1f} s; scanned on one thread in "
        f"{1000 * searched:.2f} ms ({len(table) / searched / 1e6:,.0f} million profiles/s), {answer.hits} by chance; "
        f"{found[0].id} looked up in the index in {1e6 * looked_up:,.0f} microseconds"
    )


def main() -> None:
    """Show everything."""
    console.print(Panel.fit("[bold]DNA[/]  a partial trace in, candidates and their evidence out"))
    people = dna.read_profiles(PROFILES / "database.csv")
    [trace] = dna.read_profiles(PROFILES / "trace.csv")
    heading("6  Search")
    console.print(
        f"{len(people)} people read; the trace has {len(trace.loci)} loci, "
        f"{sum('-' in alleles for alleles in trace.loci.values())} of them with an allele that may have dropped out"
    )
    table = dna.ProfileTable(people)
    answer = search(table, trace)
    show_evidence(trace, table[answer[0].row], answer[0].evidence())
    say_what_is_no_hit(table, trace)
    measure(trace, table[0])


if __name__ == "__main__":
    main()
