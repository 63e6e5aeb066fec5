"""DNA profiles: what was typed of a specimen, whether two agree, who of many agrees, and how much that means.

A `Profile` holds the alleles of each locus, under one name whatever a laboratory calls it; `read_profiles` and
`write_profiles` take profiles from files and put them there. `compare` says under a `Rule` whether two are a hit, with
a verdict for each locus; a `ProfileTable`, or a `matcher.Gallery`, is searched for all that agree, also through a
`ProfileIndex`. `match_probability` says how rare a profile is in a population, and `compare_all` lays all pairs of a
database side by side.

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

`KITS` names the sets of loci that are known, and `kit` gives one.
"""

from typing import Final

from matcher._matcher import (
    KITS,
    PROFILE_FORMATS,
    DnaCandidate,
    DnaCandidateList,
    DnaLinks,
    Frequencies,
    Kit,
    MatchProbability,
    Method,
    Profile,
    ProfileComparison,
    ProfileIndex,
    ProfileTable,
    Rule,
    adventitious_hits,
    canonical_locus,
    close_pairs,
    compare_all,
    expected_pairs,
    kit,
    match_probability,
    read_profiles,
    stringency,
    write_profiles,
)
from matcher._matcher import compare_profiles as compare
from matcher._matcher import profile_format_of as format_of

FORMATS: Final = PROFILE_FORMATS
"""The formats that `read_profiles` knows; all but "genemapper" are written too."""

__all__ = [
    "FORMATS",
    "KITS",
    "DnaCandidate",
    "DnaCandidateList",
    "DnaLinks",
    "Frequencies",
    "Kit",
    "MatchProbability",
    "Method",
    "Profile",
    "ProfileComparison",
    "ProfileIndex",
    "ProfileTable",
    "Rule",
    "adventitious_hits",
    "canonical_locus",
    "close_pairs",
    "compare",
    "compare_all",
    "expected_pairs",
    "format_of",
    "kit",
    "match_probability",
    "read_profiles",
    "stringency",
    "write_profiles",
]
