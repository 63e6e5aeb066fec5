"""`matcher dna search DATABASE PROBE`: which profiles of a database agree with a probe under a rule."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
from rich.text import Text

from matcher._matcher import DnaCandidate, DnaCandidateList, Profile, ProfileTable, Rule
from matcher.cli.dna.compare import show_loci
from matcher.cli.dna.files import (
    DEFAULT_RARE,
    DEFAULT_RULE,
    Database,
    FrequenciesOption,
    RareOption,
    RuleOption,
    choose,
    describe,
    frequencies_of,
    rule_of,
    summary,
)
from matcher.cli.dna.target import Target, known, target_of
from matcher.cli.options import AsJson, TagOption, Threads, ViewerOption
from matcher.cli.outcome import ExitCode, guarded, interrupt_sets
from matcher.cli.output import Output, describe_method, new_table, plural, printable
from matcher.errors import InvalidValueError


@guarded
def search(
    database: Annotated[
        Path,
        typer.Argument(
            metavar="DATABASE", help="File of profiles, folder of such, folders below included, or folder of a gallery."
        ),
    ],
    probe: Annotated[Path, typer.Argument(metavar="PROBE", help="File of the probe, or of several.")],
    rule: RuleOption = DEFAULT_RULE,
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="ID", help="Profile of PROBE. Unless said, all of them are searched for."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="How many candidates to list at most, for each probe.")
    ] = 100,
    frequencies: FrequenciesOption = None,
    rare: RareOption = DEFAULT_RARE,
    theta: Annotated[
        float, typer.Option("--theta", metavar="THETA", help="The population's co-ancestry, with --frequencies.")
    ] = 0.01,
    category: Annotated[
        list[str] | None,
        typer.Option("--category", metavar="NAME", help="Only profiles of this category; may be repeated."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude", metavar="ID", help="Profile, or subject of a gallery, to leave out; may be repeated."
        ),
    ] = None,
    viewer: ViewerOption = None,
    tag: TagOption = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Show the alleles and the verdict at each locus of the best candidate.")
    ] = False,
    skip_unreadable: Annotated[
        bool,
        typer.Option(
            "--skip-unreadable",
            help="What cannot be read is named still, but does not make the answer incomplete.",
        ),
    ] = False,
    threads: Threads = None,
    deadline: Annotated[
        float | None,
        typer.Option(
            "--deadline",
            metavar="SECONDS",
            min=0,
            help="Stop comparing after this time and answer with what was found.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Search a file of profiles, or a gallery, for those that agree with a probe.

    A profile that cannot be read was not searched, so the answer is incomplete (exit code 3) even where
    candidates were found. The same holds after --deadline or Ctrl-C, which still list what was found until
    then.

    Exit codes: 0 candidates found, 1 searched completely and none found, 2 wrong input, 3 incomplete, 4
    nothing could be compared.
    """
    out = Output(as_json)
    chosen = rule_of(rule)
    population = frequencies_of(frequencies, rare)
    probes_read = Database.of(probe)
    probes_read.tell(out)
    probes = choose(probes_read.profiles, profile, probe)
    target = target_of(database, viewer, tag or None, out)
    excluded = known(exclude or [], target)
    _tell_own(probes, target, excluded, out)

    reasons = {at: reason for at, one in enumerate(probes) if (reason := _why_not(one, chosen)) is not None}
    able = [one for at, one in enumerate(probes) if at not in reasons]
    started = monotonic()
    with interrupt_sets() as cancel:
        found = iter(
            target.search(
                able,
                chosen,
                limit=limit,
                frequencies=population,
                theta=theta,
                categories=category or None,
                exclude=excluded,
                deadline=deadline,
                threads=threads,
                progress=True,
                cancel=cancel,
            )
        )
    seconds = monotonic() - started
    answers = [None if at in reasons else next(found) for at in range(len(probes))]
    read_whole = target.read_whole and not probes_read.lost
    complete = (skip_unreadable or read_whole) and all(answer.complete for answer in answers if answer is not None)
    if cancel.is_set() and not complete:
        out.warning("interrupted: this is what was found so far")
    code = _outcome(answers, complete)
    if as_json:
        out.emit(
            {
                "command": "dna search",
                "database": target.describe(),
                "rule": chosen.to_dict(),
                "options": {
                    "limit": limit,
                    "frequencies": population.name if population else None,
                    "rare": population.rare if population else None,
                    "theta": theta,
                    "categories": category or None,
                    "exclude": excluded,
                    "viewer": viewer,
                    "tags": tag or None,
                    "deadline": deadline,
                    "skip_unreadable": skip_unreadable,
                },
                "searches": [
                    {
                        "probe": {"file": str(probe), **describe(one)},
                        "reason": reasons.get(at),
                        **(_describe(answer) if answer is not None else NOTHING),
                    }
                    for at, (one, answer) in enumerate(zip(probes, answers, strict=True))
                ],
                "score_kind": "agreeing_loci",
                "complete": complete,
                "seconds": seconds,
                **code.describe(),
            }
        )
        return code

    out.facts(
        {
            "Database": f"{printable(database)} · {target.size()}",
            "Rule": f"{chosen.name}: {chosen.stringency} stringency, {chosen.min_loci} loci must agree, "
            f"{chosen.max_mismatches} may fail",
            **(
                {"Population": f"{population.name}, theta {theta:g}, rare alleles {population.rare}"}
                if population
                else {}
            ),
            "Time": f"{seconds:.2f} s",
        }
    )
    for at, (one, answer) in enumerate(zip(probes, answers, strict=True)):
        out.line()
        out.facts({"Probe": Text(f"{printable(probe)} · {summary(one)}", style="bold")})
        if answer is None:
            out.warning(f"{one.id}: not comparable: {reasons[at]}")
            continue
        _show(answer, out)
        if evidence and len(answer):
            show_loci(one, target.profile(answer[0]), answer[0].evidence(), out)
        if answer.not_comparable and not answer.searched:
            out.warning(f"{one.id}: no profile could be compared: too few loci in common, or not admitted by the rule")
    if not read_whole and not skip_unreadable:
        out.warning("the answer is incomplete: something could not be read; --skip-unreadable takes it for complete")
    return code


NOTHING: dict[str, Any] = {
    "candidates": [],
    "hits": 0,
    "searched": 0,
    "not_comparable": 0,
    "not_searched": 0,
    "complete": True,
}
"""What the JSON says of a probe that the rule cannot compare with anything."""


def _tell_own(probes: Sequence[Profile], target: Target, excluded: list[str], out: Output) -> None:
    for probe in probes:
        if probe.id not in excluded and target.has(probe.id):
            out.note(f"the database has a profile {probe.id} too; --exclude {probe.id} leaves it out")


def _why_not(probe: Profile, rule: Rule) -> str | None:
    """Return why nothing can be compared with a probe; None where something can."""
    try:
        ProfileTable().search(probe, rule)
    except InvalidValueError as error:
        return str(error)
    return None


def _outcome(answers: Sequence[DnaCandidateList | None], complete: bool) -> ExitCode:
    if not complete:
        return ExitCode.INCOMPLETE
    found = [answer for answer in answers if answer is not None]
    if any(len(answer) for answer in found):
        return ExitCode.FOUND
    if any(answer.searched or not answer.not_comparable for answer in found):
        return ExitCode.NOT_FOUND
    return ExitCode.NOT_COMPARABLE


def _describe(answer: DnaCandidateList) -> dict[str, Any]:
    return {
        "candidates": [_candidate(candidate) for candidate in answer],
        "hits": answer.hits,
        "searched": answer.searched,
        "not_comparable": answer.not_comparable,
        "not_searched": answer.not_searched,
        "complete": answer.complete,
        "method": describe_method(answer.method),
    }


def _candidate(candidate: DnaCandidate) -> dict[str, Any]:
    evidence = candidate.evidence()
    return {
        "rank": candidate.rank,
        "subject_id": candidate.subject_id,
        "profile_id": candidate.profile_id,
        "score": candidate.score,
        "wildcards": evidence.wildcards,
        "mismatches": evidence.mismatches,
        "stringency": evidence.stringency,
        "quality": evidence.quality,
        "log10_rmp": candidate.log10_rmp,
        "adventitious": candidate.adventitious,
        "loci": evidence.loci,
    }


def _show(answer: DnaCandidateList, out: Output) -> None:
    if len(answer):
        table = new_table(
            "Rank",
            "Profile",
            "Agree",
            "Wildcard",
            "Fail",
            "Stringency",
            "log10 RMP",
            "By chance",
            left=("Profile", "Stringency"),
        )
        for candidate in answer:
            evidence = candidate.evidence()
            table.add_row(
                str(candidate.rank),
                printable(candidate.subject_id),
                str(candidate.score),
                str(evidence.wildcards),
                str(evidence.mismatches),
                evidence.stringency or "–",
                "–" if candidate.log10_rmp is None else f"{candidate.log10_rmp:.2f}",
                "–" if candidate.adventitious is None else f"{candidate.adventitious:.2g}",
            )
        out.line()
        out.table(table)
    else:
        out.line()
        out.line("No profile agrees.")
    out.line()
    counts = [
        f"{plural(answer.hits, 'hit')}{'' if answer.hits == len(answer) else f', {len(answer):,} listed'}",
        f"{plural(answer.searched, 'profile')} compared",
        f"{answer.not_comparable:,} not comparable",
        f"{answer.not_searched:,} not searched",
    ]
    out.facts({"Searched": " · ".join(counts), "Method": str(answer.method)})
