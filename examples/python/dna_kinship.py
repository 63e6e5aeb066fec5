"""Whose are these remains, told by three relatives of a missing man, and which of several bodies is whom?

`make demo` runs this last, on simulated people: it tells beforehand what the relatives can show, searches 200
unidentified bodies for the missing man, reports the best candidate as a case of its own, in four populations, and then
identifies the bodies of a small disaster all at once.
"""

from __future__ import annotations

import sys
import time

from matcher import dna, evaluation, simulate
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

POPULATIONS = ("nist1036-afam", "nist1036-asian", "nist1036-cauc", "nist1036-hisp")
CAUCASIANS = dna.Frequencies.builtin("nist1036-cauc", rare="5/2N")
LOCI = dna.kit("GlobalFiler").loci
#: Invented rates of the size that are usual: fathers pass on more mutations than mothers.
MUTATION = dna.Mutation.by_sex(
    male=dna.Mutation.proportional(0.002),
    female=dna.Mutation.proportional(0.0005),
)
#: Who was typed: his mother, a sister and a son.
TYPED = ("mother", "sister", "son")


def family(missing: str) -> dna.Pedigree:
    """Return the family, whose missing son has this id."""
    return dna.Pedigree(
        [
            ("mother", None, None, 2),
            ("father", None, None, 1),
            (missing, "father", "mother", 1),
            ("sister", "father", "mother", 2),
            ("wife", None, None, 2),
            ("son", missing, "wife", 1),
        ]
    )


FAMILY = family("missing man")
console = Console(width=100 if not sys.stdout.isatty() else None, highlight=False)


def heading(text: str) -> None:
    """Start a part of the demonstration."""
    console.print()
    console.rule(f"[bold]{text}", align="left")


def show(text: object) -> None:
    """Show a report as it is: no line is broken, nothing is taken for markup."""
    console.print(str(text), markup=False, soft_wrap=True)


def autosomal(frequencies: dna.Frequencies) -> list[str]:
    """Return the loci of the kit that the table has."""
    return [locus for locus in LOCI if locus in frequencies]


def plan(relatives: dict[str, dna.Profile]) -> None:
    """Tell before any body is typed what these relatives can show."""
    heading("10  Kinship: can a mother, a sister and a son tell who he is?")
    report = evaluation.power(
        FAMILY, "missing man", relatives, CAUCASIANS, mutation=MUTATION, thresholds=[4.0], simulations=500, seed=1
    )
    [at] = report.thresholds
    rate, error = at["false_positives_weighted"]
    console.print(
        f"expected log10 LR of his body {report.expected_log10_lr:.1f}; it reaches 4 in {100 * at['inclusion']:.1f} % "
        f"of {report.related['simulations']} simulations; somebody unrelated reaches it with probability {rate:.1e} "
        f"(± {error:.0e})"
    )


def search(bodies: list[dna.Profile], relatives: dict[str, dna.Profile]) -> dna.RelativeList:
    """Search the bodies for the missing man and show the candidates."""
    heading("11  Search of 200 unidentified bodies")
    table = dna.ProfileTable(bodies)
    start = time.perf_counter()
    answer = table.search_relatives(
        FAMILY, "missing man", CAUCASIANS, limit=5, profiles=relatives, theta=0.01, mutation=MUTATION
    )
    seconds = time.perf_counter() - start
    shown = Table(title=answer.question, title_justify="left")
    for column in ("rank", "body", "log10 LR", "loci"):
        shown.add_column(column, justify="right")
    for candidate in answer:
        shown.add_row(str(candidate.rank), candidate.id, f"{candidate.log10_lr:+.2f}", str(candidate.loci))
    console.print(shown)
    console.print(
        f"searched {answer.searched}, not comparable {answer.not_comparable}, not searched {answer.not_searched}, "
        f"complete: {answer.complete}; {seconds:.1f} s with the family's tables; {answer.method}"
    )
    return answer


def report(best: dna.RelativeCandidate, body: dna.Profile, relatives: dict[str, dna.Profile]) -> None:
    """Report the best candidate as a case of its own."""
    heading("12  The best candidate as a case of its own")
    show(best.evidence())
    stranger = dna.Pedigree([("missing man", None, None, 1)])
    hypotheses: dict[str, dna.Pedigree | list[dna.Pedigree]] = {
        f"{body.id} is he": FAMILY,
        f"{body.id} is unrelated": [family("not found"), stranger],
    }
    tables = [dna.Frequencies.builtin(name, rare="5/2N") for name in POPULATIONS]
    across = dna.kinship(hypotheses, {**relatives, "missing man": body}, tables, theta=0.01, mutation=MUTATION)
    console.print()
    show(across)


def disaster() -> None:
    """Identify the bodies of a small disaster all at once."""
    heading("13  A small disaster: four bodies, two families, three missing")
    brothers = dna.Pedigree(
        [
            ("grandmother", None, None, 2),
            ("grandfather", None, None, 1),
            ("elder", "grandfather", "grandmother", 1),
            ("younger", "grandfather", "grandmother", 1),
            ("daughter", "elder", None, 2),
        ]
    )
    mother = dna.Pedigree([("woman", None, None, 2), ("child", None, "woman", 1)])
    first = simulate.family(brothers, CAUCASIANS, seed=21, loci=autosomal(CAUCASIANS))
    second = simulate.family(mother, CAUCASIANS, seed=22, loci=autosomal(CAUCASIANS))
    [stranger] = simulate.profiles(1, CAUCASIANS, seed=23, loci=autosomal(CAUCASIANS))
    bodies = {"B-1": second["woman"], "B-2": first["younger"], "B-3": stranger, "B-4": first["elder"]}
    families = {"brothers": (brothers, ["elder", "younger"]), "mother": (mother, ["woman"])}
    ante_mortem = {id: first[id] for id in ("grandmother", "daughter")} | {"child": second["child"]}
    sexes = {"B-1": "female", "B-2": "male", "B-3": "male", "B-4": "male"}
    start = time.perf_counter()
    found = dna.dvi(bodies, families, ante_mortem, CAUCASIANS, theta=0.01, mutation=MUTATION, sexes=sexes)
    show(found)
    console.print(f"[dim]{time.perf_counter() - start:.1f} s[/]")


def main() -> None:
    """Show everything."""
    console.print(Panel.fit("[bold]Kinship[/]  relatives in, remains identified out"))
    people = simulate.family(FAMILY, CAUCASIANS, seed=11, mutation=MUTATION, loci=autosomal(CAUCASIANS))
    relatives = {id: people[id] for id in TYPED}
    plan(relatives)
    bodies = list(simulate.profiles(200, CAUCASIANS, seed=12, loci=autosomal(CAUCASIANS)))
    bodies[136] = dna.Profile(bodies[136].id, people["missing man"].loci)
    answer = search(bodies, relatives)
    report(answer[0], bodies[answer[0].row], relatives)
    disaster()
    console.print("\n[dim]Lasting galleries and images follow.[/]")


if __name__ == "__main__":
    main()
