"""Simulated families, and what relatives can tell before a candidate is typed."""

import json
from typing import Any

import pytest
from matcher import MatcherError, simulate
from matcher.dna import Frequencies, Mutation, Pedigree, Profile, kinship_lr
from matcher.evaluation import compare_relatives, false_leads, power

TABLE = Frequencies({"TH01": {"6": 0.2, "7": 0.3, "9": 0.5}}, name="example")
DUO = Pedigree([("missing", "father", None), ("father", None, None)])
FATHER = {"father": Profile("K1", {"TH01": ("6", "7")})}


def test_families_share_what_they_inherit() -> None:
    family = Pedigree([("C", "F", "M"), ("F", None, None), ("M", None, None)])
    people = simulate.family(family, "nist1036-cauc", seed=5)
    assert list(people) == ["F", "M", "C"]
    assert all(profile.id == id for id, profile in people.items())
    for parent in "FM":
        assert kinship_lr(people[parent], people["C"], "parent-child", "nist1036-cauc").excluding == []
    assert people == simulate.family(family, "nist1036-cauc", seed=5)
    assert people != simulate.family(family, "nist1036-cauc", seed=5, number=1)
    few = simulate.family(family, "nist1036-cauc", 5, Mutation.equal(1.0), 0.03, loci=["TH01"])
    assert list(few["C"].loci) == ["TH01"]
    with pytest.raises(MatcherError, match="locus is DYS391"):
        simulate.family(family, "nist1036-cauc", seed=5, loci=["DYS391"])


def test_power_by_hand() -> None:
    report = power(DUO, "missing", FATHER, TABLE, simulations=300, thresholds=[0.0, 0.2])
    assert report.exclusion == pytest.approx(0.25)  # 9,9 alone is excluded
    assert report.expected_exclusions == pytest.approx(0.25)
    assert (report.missing, report.typed, report.further) == ("missing", ["father"], [])
    assert report.per_locus == {"TH01": pytest.approx(report.expected_log10_lr)}
    assert [at["log10_lr"] for at in report.thresholds] == [0.0, 0.2]
    at = report.thresholds[0]
    rate, low, high = at["false_negatives"]
    assert low <= rate <= high
    assert at["inclusion"] == pytest.approx(1 - rate)
    assert report.related["simulations"] == 300
    assert report.unrelated["excluded"] > 30
    assert (report.not_counted, report.population, report.method.name) == ({}, "example", "power")
    assert json.loads(report.to_json()) == report.to_dict()
    assert "missing" in str(report)
    assert repr(report).startswith('<PowerReport: "missing", 1 typed, 0 further, expected log10 LR +')
    same = power(DUO, "missing", FATHER, TABLE, simulations=300, thresholds=[0.0, 0.2], threads=1)
    assert report == same
    assert report != power(DUO, "missing", FATHER, TABLE, simulations=300, thresholds=[0.0, 0.2], seed=2)


def test_further_relatives_and_false_leads() -> None:
    family = Pedigree([("missing", "father", "mother"), ("father", None, None), ("mother", None, None)])
    best, without = compare_relatives(family, "missing", FATHER, TABLE, ["mother"], simulations=100)
    assert (best.further, without.further) == (["mother"], [])
    assert best.expected_log10_lr > without.expected_log10_lr
    assert power(family, "missing", FATHER, TABLE, ["mother"], simulations=100) == best
    assert compare_relatives(family, "missing", FATHER, TABLE, [["mother"]], simulations=100)[0] == best
    leads = false_leads(DUO, "missing", FATHER, TABLE, 0.0, 1000, simulations=200)
    assert 300 < leads["expected"] < 900
    assert leads["any"] == pytest.approx(1)
    assert leads["rate"][0] == pytest.approx(leads["expected"] / 1000)


def test_wrong_questions_say_what() -> None:
    wrong: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
        ((DUO, "X", FATHER, TABLE), {}, '"X"'),
        ((DUO, "father", FATHER, TABLE), {}, "missing person"),
        (
            (DUO, "missing", [Profile("X", {"TH01": (6, 7)})], TABLE),
            {},
            'profile is of "X", who is not in the pedigree',
        ),
        ((DUO, "missing", FATHER, TABLE), {"simulations": 0}, "simulations is 0"),
        ((DUO, "missing", FATHER, TABLE, ["father"]), {}, '"father"'),
        ((DUO, "missing", FATHER, TABLE), {"dropout": {"X": 0.1}}, 'of "X", who has no profile'),
    ]
    for arguments, keywords, message in wrong:
        with pytest.raises(MatcherError, match=message):
            power(*arguments, **keywords)
    with pytest.raises(TypeError, match="unexpected keyword argument 'seeds'"):
        power(DUO, "missing", FATHER, TABLE, seeds=1)  # type: ignore[call-arg]
