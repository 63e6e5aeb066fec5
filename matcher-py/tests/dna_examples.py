"""Profiles that several tests of `matcher.dna` need."""

from matcher.dna import Profile

PERSON: dict[str, tuple[str, str]] = {
    "vWA": ("16", "17"),
    "TH01": ("6", "9.3"),
    "D21S11": ("28", "30"),
    "FGA": ("21", "21"),
    "D8S1179": ("13", "14"),
    "D3S1358": ("15", "16"),
}


def person(**changed: tuple[object, ...] | None) -> Profile:
    """Six loci of a person, some of them changed or, by None, not typed."""
    loci = {**PERSON, **changed}
    return Profile("trace" if changed else "person", {k: v for k, v in loci.items() if v is not None})  # type: ignore[misc]
