"""`matcher dna info FILE`: what a file or folder of profiles holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from matcher._matcher import Profile
from matcher.cli.dna.files import Database
from matcher.cli.options import AsJson
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, plural, printable


@guarded
def info(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="File of profiles, or folder of such.")],
    as_json: AsJson = False,
) -> ExitCode:
    """Show what a file of profiles holds; none of its alleles.

    Exit codes: 0 done, 2 wrong input, 3 a file or a profile could not be read.
    """
    out = Output(as_json)
    database = Database.of(path)
    database.tell(out)
    code = ExitCode.INCOMPLETE if database.unreadable or database.lost else ExitCode.FOUND
    facts = _summary(database.profiles)
    if as_json:
        out.emit({"command": "dna info", **database.describe(), "lost": database.lost, **facts, **code.describe()})
        return code
    odd = sum(len(some) for some in database.diagnostics.values())
    out.facts(
        {
            "Path": printable(path),
            "Format": _listing(Counter(database.formats.values())),
            "Profiles": f"{len(database.profiles):,}, of which partial {facts['partial']:,}",
            "Kinds": _listing(facts["kinds"]),
            "Categories": _listing(facts["categories"]),
            "Loci": f"{len(facts['loci'])}: {_listing(facts['loci'])}",
            "Ids": f"{plural(facts['ids_that_repeat'], 'id')} of several profiles"
            if facts["ids_that_repeat"]
            else "each of one profile",
            "Diagnostics": str(odd or "none"),
        }
    )
    return code


def _summary(profiles: list[Profile]) -> dict[str, Any]:
    ids = Counter(profile.id for profile in profiles)
    return {
        "partial": sum(profile.is_partial for profile in profiles),
        "kinds": Counter(profile.kind for profile in profiles),
        "categories": Counter(profile.category or "not stated" for profile in profiles),
        "loci": Counter(locus for profile in profiles for locus in profile.loci),
        "ids_that_repeat": sum(count > 1 for count in ids.values()),
    }


def _listing(counted: Counter[str]) -> str:
    return ", ".join(f"{printable(name)} ({count:,})" for name, count in counted.most_common()) or "–"
