"""DNA profiles: what was typed, whether two agree, who of many agrees, who is related, and how much that means.

A `Profile` holds the alleles of each locus, under one name whatever a laboratory calls it; `read_profiles` and
`write_profiles` take profiles from files and put them there. `compare` says under a `Rule` whether two are a hit, with
a verdict for each locus; a `ProfileTable`, or a `matcher.Gallery`, is searched for all that agree, also through a
`ProfileIndex`. `match_probability` says how rare a profile is in a population, and `compare_all` lays all pairs of a
database side by side. `kinship_lr` says how much likelier two profiles are under one relation than under another, and
`kinship` compares any hypotheses about a family, each a `Pedigree`, with or without `Mutation`; `read_case` takes
all of it from a file. `dvi` says which body is whom of those whom families miss.

Examples
--------
A trace, and two people:

>>> from matcher import dna
>>> trace = dna.Profile("trace", {"D3S1358": (15, 16), "THO1": (9.3, None), "vWA": (17, 18)})
>>> person = dna.Profile("person", {"D3S1358": (15, 16), "TH01": (8, 9.3), "vWA": (17, 18)})
>>> other = dna.Profile("other", {"D3S1358": (15, 15), "TH01": (6, 7), "vWA": (17, 18)})
>>> rule = dna.Rule("moderate", min_loci=3, name="three loci")
>>> comparison = dna.compare(trace, person, rule)
>>> comparison.hit, comparison.loci
(True, {'D3S1358': 'agrees', 'TH01': 'agrees', 'vWA': 'agrees'})
>>> dna.compare(trace, other, rule)
<ProfileComparison: no hit; 2 agree, 0 by wildcard, 1 fail, 0 not compared>

Too few loci is not the same as no hit:

>>> dna.compare(trace, person, "codis_moderate").reason
'3 loci can be compared, and 8 must agree'

A search, and how often such an agreement comes about by chance:

>>> table = dna.ProfileTable([person, other])
>>> [found] = table.search(trace, rule, frequencies="nist1036-cauc")
>>> found.id, found.score, found.log10_rmp < -2
('person', 3, True)

How rare the person's profile is:

>>> population = dna.Frequencies.builtin("nist1036-cauc", rare="5/2N")
>>> dna.match_probability(person, population, theta=0.01)
<MatchProbability: log10 -2.95 over 3 loci, "nist1036-cauc", formula 4.10, theta 0.01>

Are the two siblings?

>>> dna.kinship_lr(person, other, "full-siblings", population, theta=0.01)
<PairwiseKinship: full-siblings against unrelated, 3 loci: log10 LR ...>

`KITS` names the sets of loci that are known, and `kit` gives one; `RELATIONS` names the relations.
"""

from typing import Final

from matcher._matcher import (
    CASE_FORMATS,
    KITS,
    PROFILE_FORMATS,
    RELATIONS,
    Case,
    DnaCandidate,
    DnaCandidateList,
    DviReport,
    Frequencies,
    KinshipAcross,
    KinshipReport,
    Kit,
    MatchProbability,
    Method,
    Mutation,
    PairwiseKinship,
    Pedigree,
    Profile,
    ProfileComparison,
    ProfileIndex,
    ProfileTable,
    RelativeCandidate,
    RelativeList,
    Rule,
    adventitious_hits,
    canonical_locus,
    close_pairs,
    compare_all,
    dvi,
    expected_pairs,
    kinship,
    kinship_lr,
    kit,
    match_probability,
    read_case,
    read_pedigrees,
    read_profiles,
    stringency,
    write_pedigrees,
    write_profiles,
)
from matcher._matcher import compare_profiles as compare
from matcher._matcher import profile_format_of as format_of

FORMATS: Final = PROFILE_FORMATS
"""The formats that `read_profiles` knows; all but "genemapper" are written too."""

__all__ = [
    "CASE_FORMATS",
    "FORMATS",
    "KITS",
    "RELATIONS",
    "Case",
    "DnaCandidate",
    "DnaCandidateList",
    "DviReport",
    "Frequencies",
    "KinshipAcross",
    "KinshipReport",
    "Kit",
    "MatchProbability",
    "Method",
    "Mutation",
    "PairwiseKinship",
    "Pedigree",
    "Profile",
    "ProfileComparison",
    "ProfileIndex",
    "ProfileTable",
    "RelativeCandidate",
    "RelativeList",
    "Rule",
    "adventitious_hits",
    "canonical_locus",
    "close_pairs",
    "compare",
    "compare_all",
    "dvi",
    "expected_pairs",
    "format_of",
    "kinship",
    "kinship_lr",
    "kit",
    "match_probability",
    "read_case",
    "read_pedigrees",
    "read_profiles",
    "stringency",
    "write_pedigrees",
    "write_profiles",
]
