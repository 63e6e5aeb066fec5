"""`matcher dna compare A B`: two profiles under a rule, locus by locus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from matcher._matcher import Profile, ProfileComparison
from matcher.cli.dna.files import DEFAULT_RULE, Database, RuleOption, choose, describe, rule_of, summary
from matcher.cli.options import AsJson
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, describe_method, new_table, plural, printable
from matcher.dna import compare as compare_profiles


@guarded
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="File of profiles.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="File of profiles.")],
    rule: RuleOption = DEFAULT_RULE,
    of_a: Annotated[
        str | None,
        typer.Option(
            "--a",
            metavar="ID",
            help="Profile of A. Unless said, all profiles of A are compared with all of B and the best comparison is "
            "shown.",
        ),
    ] = None,
    of_b: Annotated[str | None, typer.Option("--b", metavar="ID", help="Profile of B.")] = None,
    victim_a: Annotated[
        Path | None, typer.Option("--victim-a", metavar="FILE", help="Known victim in a mixture of A.")
    ] = None,
    victim_b: Annotated[
        Path | None, typer.Option("--victim-b", metavar="FILE", help="Known victim in a mixture of B.")
    ] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Compare two profiles under a rule and show the verdict at each locus.

    Exit codes: 0 the rule is met, 1 it is not, 2 wrong input, 4 not comparable.
    """
    out = Output(as_json)
    chosen = rule_of(rule)
    profiles = [_profiles(path, profile_id, out) for path, profile_id in ((a, of_a), (b, of_b))]
    victims = [_victim(path, out) if path else None for path in (victim_a, victim_b)]
    comparisons = [
        (first, second, compare_profiles(first, second, chosen, *victims))
        for first in profiles[0]
        for second in profiles[1]
    ]
    # The best one; of equal ones the first, and any before one that says nothing.
    first, second, best = max(comparisons, key=lambda item: _order(item[2]))
    code = _outcome(best)
    if as_json:
        out.emit(
            {
                "command": "dna compare",
                "a": {"file": str(a), **describe(first)},
                "b": {"file": str(b), **describe(second)},
                "compared": [{"a": x.id, "b": y.id, **_counts(comparison)} for x, y, comparison in comparisons],
                "rule": chosen.to_dict(),
                **_counts(best),
                "reason": best.reason,
                "stringency": best.stringency,
                "quality": best.quality,
                "loci": [
                    {
                        "locus": locus,
                        "a": first.loci.get(locus),
                        "b": second.loci.get(locus),
                        "verdict": verdict,
                        "stringency": best.stringencies[locus],
                    }
                    for locus, verdict in best.loci.items()
                ],
                "method": describe_method(best.method),
                **code.describe(),
            }
        )
        return code
    out.facts({"A": f"{printable(a)} · {summary(first)}", "B": f"{printable(b)} · {summary(second)}", **_facts(best)})
    show_loci(first, second, best, out)
    if len(comparisons) > 1:
        out.note(f"the best of {plural(len(comparisons), 'comparison')}; --a and --b choose one")
    return code


def show_loci(a: Profile, b: Profile, comparison: ProfileComparison, out: Output) -> None:
    """Write the alleles of both and the verdict, locus by locus."""
    if not comparison.loci:
        return
    table = new_table("Locus", "A", "B", "Verdict", "Stringency", left=("Locus", "A", "B", "Verdict", "Stringency"))
    of_a, of_b, stringencies = a.loci, b.loci, comparison.stringencies
    for locus, verdict in comparison.loci.items():
        styles = {"agrees": "green", "excluded": "red", "partial": "yellow", "wildcard": "cyan"}
        table.add_row(
            printable(locus),
            printable(", ".join(of_a.get(locus, ("–",)))),
            printable(", ".join(of_b.get(locus, ("–",)))),
            Text(verdict.replace("_", " "), style=styles.get(verdict, "")),
            stringencies[locus] or "–",
        )
    out.line()
    out.table(table)
    out.line()


def _profiles(path: Path, profile_id: str | None, out: Output) -> list[Profile]:
    database = Database.of(path)
    database.tell(out)
    return choose(database.profiles, profile_id, path)


def _victim(path: Path, out: Output) -> Profile:
    profiles = _profiles(path, None, out)
    if len(profiles) > 1:
        raise typer.BadParameter(f"{path} has {plural(len(profiles), 'profile')}, expected one of a victim")
    return profiles[0]


def _order(comparison: ProfileComparison) -> tuple[bool, bool, int, int]:
    comparable = comparison.outcome != "not_comparable"
    return comparison.hit, comparable, comparison.matches, -comparison.mismatches


def _outcome(comparison: ProfileComparison) -> ExitCode:
    if comparison.outcome == "not_comparable":
        return ExitCode.NOT_COMPARABLE
    return ExitCode.FOUND if comparison.hit else ExitCode.NOT_FOUND


def _counts(comparison: ProfileComparison) -> dict[str, Any]:
    return {
        "verdict": comparison.outcome,
        "matches": comparison.matches,
        "wildcards": comparison.wildcards,
        "partials": comparison.partials,
        "excluded": comparison.excluded,
        "mismatches": comparison.mismatches,
        "not_compared": comparison.not_compared,
    }


def _facts(comparison: ProfileComparison) -> dict[str, str | Text]:
    words = {
        "hit": "hit: the rule is met",
        "no_hit": "no hit: the rule is not met",
        "not_comparable": f"not comparable: {comparison.reason}",
    }
    facts: dict[str, str | Text] = {
        "Answer": Text(words[comparison.outcome], style="bold"),
        "Loci": f"{comparison.matches} agree · {comparison.wildcards} by wildcard · {comparison.mismatches} fail · "
        f"{comparison.not_compared} not compared",
    }
    if comparison.stringency is not None:
        facts["Stringency"] = comparison.stringency
    if comparison.quality is not None:
        facts["Quality"] = f"class {comparison.quality}"
    facts["Method"] = str(comparison.method)
    return facts
