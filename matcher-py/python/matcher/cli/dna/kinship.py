"""`matcher dna kinship CASE`: hypotheses about how people are related, compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from matcher._matcher import (
    Case,
    DviReport,
    Frequencies,
    KinshipAcross,
    KinshipReport,
    Mutation,
    Pedigree,
    Profile,
    read_case,
    read_pedigrees,
)
from matcher._matcher import kinship as compare_hypotheses
from matcher.cli.dna.files import DEFAULT_RARE, RareOption, frequencies_of
from matcher.cli.options import AsJson
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, plural, printable
from matcher.errors import InvalidValueError

MODELS: dict[str, Any] = {
    "equal": Mutation.equal,
    "proportional": Mutation.proportional,
    "stepwise": Mutation.stepwise,
    "onestep": Mutation.onestep,
    "dawid": Mutation.dawid,
}
"""The models of mutation by name."""

MutationOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--mutation",
        metavar="MODEL",
        help='Mutation at all loci, instead of that of the case: "none", or a model with its numbers, such as '
        "equal,rate=0.002 or stepwise,male=0.0035,female=0.0007,rate2=1e-6,range=0.1,transform=PM. Models: "
        f"{', '.join(MODELS)}.",
    ),
]


@guarded
def kinship(
    case: Annotated[
        list[Path],
        typer.Argument(
            metavar="CASE",
            help="Case file (.toml), project of Familias (.fam), or PED file (.ped) with markers. A PED file is "
            "compared against everybody being unrelated; several of them are hypotheses, compared against the last.",
        ),
    ],
    frequencies: Annotated[
        list[str] | None,
        typer.Option(
            "--frequencies",
            metavar="TABLE",
            help="Allele frequencies instead of those of the case: the name of a table that comes with matcher "
            f"({', '.join(Frequencies.builtin_names())}), or a file. May be repeated: the populations stand side by "
            "side then.",
        ),
    ] = None,
    rare: RareOption = DEFAULT_RARE,
    theta: Annotated[
        float | None, typer.Option("--theta", metavar="THETA", help="Co-ancestry, instead of that of the case.")
    ] = None,
    mutation: MutationOption = None,
    prune_untyped: Annotated[
        bool | None,
        typer.Option(
            "--prune-untyped/--keep-untyped",
            help="Leave out, or keep, founders who were not typed and have one child, instead of what the case says.",
        ),
    ] = None,
    prior: Annotated[
        list[str] | None,
        typer.Option(
            "--prior", metavar="NAME=P", help="Prior probability of a hypothesis; repeated, one for each of them."
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="What would have to be read as something else is an error.")
    ] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Compare hypotheses about how people are related, by the likelihood of their DNA profiles.

    A case with families that miss somebody is answered by which of the remains is whom.

    Exit codes: 0 answered, 1 every hypothesis is impossible or nobody is identified, 2 wrong input, 4 no locus could
    be counted.
    """
    out = Output(as_json)
    asked = Asked.of(case, strict)
    changed: dict[str, Any] = {}
    if frequencies:
        tables = [frequencies_of(name, rare) for name in frequencies]
        changed["frequencies"] = tables if len(tables) > 1 else tables[0]
    if theta is not None:
        changed["theta"] = theta
    if mutation is not None:
        changed["mutation"] = mutation_of(mutation)
    if prune_untyped is not None:
        changed["prune_untyped"] = prune_untyped
    if prior:
        changed["priors"] = dict(_prior(text) for text in prior)
    for remark in asked.remarks:
        out.note(remark)
    answer = asked.answer(changed)
    code = _outcome(answer)
    if as_json:
        out.emit(
            {
                "command": "dna kinship",
                "case": {
                    "files": [str(path) for path in case],
                    "format": asked.format,
                    "name": asked.name,
                    "remarks": asked.remarks,
                },
                "answer": answer.to_dict(),
                **code.describe(),
            }
        )
        return code
    if asked.name:
        out.line(printable(asked.name))
        out.line()
    for line in str(answer).splitlines():
        out.line(printable(line))
    if code is ExitCode.NOT_COMPARABLE:
        out.warning("no locus could be counted: nothing is said about anybody")
    if code is ExitCode.NOT_FOUND and not isinstance(answer, DviReport):
        out.warning("every hypothesis is impossible: the loci are named above; mutation may explain them")
    return code


@dataclass
class Asked:
    """What the files ask."""

    name: str
    format: str
    remarks: list[str]
    case: Case | None = None
    hypotheses: dict[str, Pedigree] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)

    @classmethod
    def of(cls, paths: list[Path], strict: bool) -> Asked:
        """Read a case, or PED files that are hypotheses."""
        if all(path.suffix.lower() == ".ped" for path in paths):
            return cls._of_pedigrees(paths, strict)
        if len(paths) > 1:
            raise typer.BadParameter(f"{plural(len(paths), 'file')} given, expected one case, or PED files")
        case = read_case(paths[0], strict=strict)
        if not case.hypotheses and not (case.families and case.post_mortem):
            raise _invalid(paths[0], "hypotheses", "none", "one or more, or families and remains")
        return cls(case.name, case.format, case.remarks, case)

    @classmethod
    def _of_pedigrees(cls, paths: list[Path], strict: bool) -> Asked:
        asked = cls("", "ped", [])
        for path in paths:
            families, profiles, remarks = read_pedigrees(path, strict=strict)
            asked.remarks += [f"{path}: {remark}" for remark in remarks]
            if path.stem in asked.hypotheses:
                raise _invalid(path, "name of a hypothesis", repr(path.stem), "files with names of their own")
            asked.hypotheses[path.stem] = Pedigree.join(families.values())
            for person, profile in profiles.items():
                if asked.profiles.setdefault(person, profile) != profile:
                    raise _invalid(path, "profile", f"another of {person!r}", "one profile a person in all files")
        if not asked.profiles:
            raise _invalid(paths[0], "markers", "none", "columns of alleles: there is nothing to compare")
        if len(paths) == 1:
            name = next(iter(asked.hypotheses))
            sexes = {id: sex for id, _, _, sex in asked.hypotheses[name].people}
            unrelated = Pedigree([(id, None, None, sexes[id]) for id in asked.profiles])
            asked.hypotheses["unrelated" if name != "unrelated" else "everybody unrelated"] = unrelated
        return asked

    def answer(self, changed: dict[str, Any]) -> KinshipReport | KinshipAcross | DviReport:
        """Answer it, with some of it changed."""
        if self.case is not None and self.case.hypotheses:
            answer: KinshipReport | KinshipAcross = self.case.kinship(**changed)
            return answer
        if self.case is not None:
            if "priors" in changed:
                raise typer.BadParameter("is for hypotheses, and the case has families", param_hint="--prior")
            if isinstance(changed.get("frequencies"), list):
                raise typer.BadParameter("once only: the case has families", param_hint="--frequencies")
            return self.case.dvi(**changed)
        if "frequencies" not in changed:
            raise InvalidValueError(
                "--frequencies is missing, expected a table: a PED file states none",
                "",
                "--frequencies",
                "missing",
                "a table",
            )
        found: KinshipReport | KinshipAcross = compare_hypotheses(self.hypotheses, self.profiles, **changed)
        return found


def mutation_of(text: str) -> Mutation | None:
    """Return the model of mutation that an option names with its numbers.

    Parameters
    ----------
    text : str
        "none", or a name, then numbers as ``key=number``: ``rate``, or ``male`` and ``female``; ``rate2``, ``range``
        and ``transform``, as the model has them.
    """
    name, *pairs = [part.strip() for part in text.split(",")]
    if name.lower() == "none" and not pairs:
        return None
    if name.lower() not in MODELS:
        raise _wrong_mutation(text, f"none, or one of {', '.join(MODELS)} with its numbers")
    numbers: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or key in numbers:
            raise _wrong_mutation(text, "numbers as key=number, each once")
        try:
            numbers[key] = value if key == "transform" else float(value)
        except ValueError:
            raise _wrong_mutation(text, f"a number for {key}") from None
    rates = {key: numbers.pop(key) for key in ("rate", "male", "female") if key in numbers}
    if set(rates) not in ({"rate"}, {"male", "female"}):
        raise _wrong_mutation(text, "rate=, or male= and female=")

    def made(rate: float) -> Mutation:
        try:
            model: Mutation = MODELS[name.lower()](rate, **numbers)
        except TypeError:
            expected = {"stepwise": "rate2, range and transform", "dawid": "range and transform"}
            raise _wrong_mutation(text, f"beside rates only {expected.get(name.lower(), 'transform')}") from None
        return model

    if "rate" in rates:
        return made(rates["rate"])
    return Mutation.by_sex(male=made(rates["male"]), female=made(rates["female"]))


def _wrong_mutation(text: str, expected: str) -> InvalidValueError:
    message = f"--mutation is {text!r}, expected {expected}"
    return InvalidValueError(message, "", "--mutation", repr(text), expected)


def _prior(text: str) -> tuple[str, float]:
    name, equals, value = text.rpartition("=")
    try:
        if equals:
            return name, float(value)
    except ValueError:
        pass
    message = f"--prior is {text!r}, expected a hypothesis and a number, as H1=0.5"
    raise InvalidValueError(message, "", "--prior", repr(text), "a hypothesis and a number, as H1=0.5")


def _invalid(path: Path, name: str, value: str, expected: str) -> InvalidValueError:
    return InvalidValueError(f"{path}: {name} is {value}, expected {expected}", str(path), name, value, expected)


def _outcome(answer: KinshipReport | KinshipAcross | DviReport) -> ExitCode:
    if isinstance(answer, DviReport):
        return _outcome_of_remains(answer)
    reports = [answer] if isinstance(answer, KinshipReport) else list(answer)
    if not any(report.counted for report in reports):
        return ExitCode.NOT_COMPARABLE
    possible = any(value is not None for report in reports for value in report.posterior.values())
    return ExitCode.FOUND if possible else ExitCode.NOT_FOUND


def _outcome_of_remains(report: DviReport) -> ExitCode:
    concluded = {of["conclusion"] for of in report.conclusions.values()}
    if concluded == {"not_comparable"}:
        return ExitCode.NOT_COMPARABLE
    return ExitCode.FOUND if concluded & {"undisputed", "match_by_joint"} else ExitCode.NOT_FOUND
