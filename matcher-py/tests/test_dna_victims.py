"""Identification of bodies: by hand, as data, and what is refused."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command import Capture, json_of
from matcher import MatcherError, dna
from matcher.dna import Frequencies, Mutation, Pedigree, Profile, dvi, read_case

CASE = Path(__file__).parents[2] / "testdata" / "cases" / "missing_person.toml"
TABLE = Frequencies({"TH01": {"6": 0.01, "7": 0.5, "9.3": 0.49}, "FGA": {"20": 0.02, "21": 0.98}}, name="example")
SON = Pedigree([("son", "father", None, 1), ("father", None, None, 1)])
FAMILIES: dict[str, tuple[Pedigree, list[str]]] = {"F1": (SON, ["son"])}
FATHER = Profile("father", {"TH01": ("6", "6"), "FGA": ("20", "21")})
BODIES = {
    "B-1": Profile("x", {"TH01": ("6", "7"), "FGA": ("20", "21")}),
    "B-2": Profile("y", {"TH01": ("7", "9.3"), "FGA": ("21", "21")}),
}


def identified(**keywords: Any) -> dna.DviReport:
    return dvi(BODIES, FAMILIES, [FATHER], TABLE, **keywords)


def test_two_bodies_by_hand() -> None:
    report = identified()
    # TH01: 1 / (2 * 0.01); FGA, both 20,21: 1 / (4 * 0.02 * 0.98).
    ratio = 50 / (4 * 0.02 * 0.98)
    assert (report.bodies, report.missing) == (["B-1", "B-2"], [("F1", "son")])
    assert report.pairwise == pytest.approx(np.array([[math.log10(ratio)], [-math.inf]]))
    assert report.states == [["compared"], ["compared"]]
    assert report.pairwise_loci.tolist() == [[2], [2]]
    best, none = report.assignments
    assert (best["pairs"], none["pairs"]) == ({"B-1": ("F1", "son")}, {})
    assert best["posterior"] == pytest.approx(ratio / (ratio + 1))
    assert best["log10_lr"] == pytest.approx(math.log10(ratio))
    assert report.marginals == pytest.approx(np.array([[ratio / (ratio + 1)], [0]]))
    assert report.nobody["B-1"] == pytest.approx(1 / (ratio + 1))
    assert report.absent == pytest.approx({("F1", "son"): 1 / (ratio + 1)})
    assert report.outside == 0
    assert report.conclusions["B-2"]["conclusion"] == "excluded"
    assert report.missing_conclusions[("F1", "son")]["conclusion"] == "inconclusive"
    assert report.exclusions == [{"body": "B-2", "missing": ("F1", "son"), "loci": ["TH01"], "excluded": True}]
    assert report.excluded == report.exclusions
    assert (report.undisputed, report.duplicates, report.merged) == ([], [], [])
    assert (report.loci, report.left_out, report.population) == (("FGA", "TH01"), [], "example")
    assert (report.theta, report.mutation, report.prune_untyped, report.rare) == (0.0, None, False, None)
    assert report.method.name == "dvi"
    assert report.groups[0]["families"] == ["F1"]


def test_what_may_be_said_changes_the_answer() -> None:
    report = identified(thresholds={"undisputed": 100, "rival_factor": 10, "inconsistent_loci": 0})
    [pair] = report.undisputed
    assert (pair["body"], pair["missing"], pair["step"]) == ("B-1", ("F1", "son"), 1)
    assert report.conclusions["B-1"]["text"].startswith("undisputed match with F1/son")
    assert [of["body"] for of in report.excluded] == ["B-2"]
    assert report.thresholds["undisputed"] == 100
    prior = identified(prior=([[0.1], [0.1]], [0.9, 0.9]))
    weighed, flat = prior.nobody["B-1"], identified().nobody["B-1"]
    assert weighed is not None
    assert flat is not None
    assert weighed > flat
    other_sex = identified(sexes={"B-1": "female"})
    assert other_sex.states[0] == ["other_sex"]
    mutated = identified(mutation=Mutation.equal(0.01), threads=1)
    assert math.isfinite(mutated.pairwise[1, 0])
    assert mutated != identified()
    assert identified(threads=2) == identified(threads=1)


def test_parts_of_one_body_are_joined() -> None:
    table = Frequencies.builtin("nist1036-cauc", rare="5/2N")
    loci = {locus: tuple(sorted(of)[:2]) for locus, of in table.to_dict().items()}
    bodies = {"B-1": Profile("x", loci), "B-2": Profile("y", loci)}
    father = Profile("father", loci)
    apart = dvi(bodies, FAMILIES, [father], table)
    [pair] = apart.duplicates
    assert (pair["a"], pair["b"], pair["relation"]) == ("B-1", "B-2", "identical")
    joined = dvi(bodies, FAMILIES, [father], table, merge=True)
    assert (joined.bodies, joined.merged) == (["B-1"], [["B-1", "B-2"]])


def test_reports_as_tables_and_documents() -> None:
    report = identified()
    assert json.loads(report.to_json(indent=1)) == report.to_dict()
    assert report.to_dict()["pairwise"]["log10_lr"][1] == ["-inf"]
    assert "Identification of 2 bodies" in str(report)
    assert "<td>B-1</td>" in report._repr_html_()
    assert repr(report) == '<DviReport: 2 bodies, 1 missing, 0 identified, "example", theta 0, no mutation>'
    pandas = pytest.importorskip("pandas")
    frame = report.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == ["body", "family", "person", "state", "log10_lr", "loci", "probability"]
    assert list(frame["body"]) == ["B-1", "B-2"]


def test_wrong_cases_say_what() -> None:
    for arguments, keywords, message in [
        ((BODIES, {"F1": (SON, ["X"])}, [FATHER], TABLE), {}, '"X", who is not in the pedigree'),
        ((BODIES, {"F1": (SON, [])}, [FATHER], TABLE), {}, "missing persons is 0"),
        ((BODIES, FAMILIES, [Profile("X", FATHER.loci)], TABLE), {}, '"X"'),
        ((BODIES, FAMILIES, [FATHER], TABLE), {"thresholds": {"often": 1}}, "unknown field `often`"),
        ((BODIES, FAMILIES, [FATHER], TABLE), {"thresholds": {"joint": 0.1}}, r"joint is 0\.1"),
        ((BODIES, FAMILIES, [FATHER], TABLE), {"limits": {"pairs": 1}}, "the limit on pairs"),
        ((BODIES, FAMILIES, [FATHER], TABLE), {"prior": ([[1.0]], [1.0])}, "1 x 1, and 1 for nobody"),
        ((BODIES, FAMILIES, [FATHER], TABLE), {"prior": ([1.0], [1.0])}, "prior of pairs is no matrix"),
        ((BODIES, FAMILIES, [FATHER], TABLE), {"sexes": {"B-1": "man"}}, "sex of person \"B-1\" is 'man'"),
        ((BODIES, FAMILIES, [FATHER], TABLE), {"theta": 1.0}, "theta is 1"),
    ]:
        with pytest.raises(MatcherError, match=message):
            dvi(*arguments, **keywords)  # type: ignore[arg-type]
    for families, message in [
        ([], "families have list"),
        ({"F1": SON}, "families have Pedigree, expected"),
        ({"F1": (5, ["son"])}, "a hypothesis is int"),
    ]:
        with pytest.raises(TypeError, match=message):
            dvi(BODIES, families, [FATHER], TABLE)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="prior is no pair"):
        identified(prior=5)


def test_cases_from_files(capfd: Capture) -> None:
    report = read_case(CASE).dvi()
    assert [of["body"] for of in report.undisputed] == ["V1"]
    assert read_case(CASE).dvi(theta=0.0).theta == 0.0
    code, document = json_of(capfd, "dna", "kinship", CASE)
    assert (code, document["answer"]) == (0, report.to_dict())
    assert json_of(capfd, "dna", "kinship", CASE, "--prior", "a=1")[0] == 2
    tables = ("--frequencies", "nist1036-cauc")
    assert json_of(capfd, "dna", "kinship", CASE, *tables, *tables)[0] == 2
