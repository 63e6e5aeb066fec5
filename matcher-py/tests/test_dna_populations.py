"""Frequencies, match probabilities, simulated profiles, and all pairs of a database."""

import io
import json
import math
import pickle
import threading
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from matcher import FileError, MatcherError, UnknownFormatError, dna, simulate
from matcher.dna import Frequencies, Profile, match_probability

FORMULAS: dict[Literal["4.1", "4.10", "inbreeding"], tuple[str, str]] = {
    "4.1": ("rmp_nrc41", "log10_rmp_nrc41"),
    "4.10": ("rmp_nrc410_balding_nichols", "log10_rmp_nrc410"),
    "inbreeding": ("rmp_inbreeding_product", "log10_rmp_inbreeding"),
}
TABLE = {"TH01": {"6": 0.2, "9.3": 0.3, "7": 0.5}, "FGA": {"21": 0.2, "22": 0.8}}


def test_tables_of_ones_own() -> None:
    table = Frequencies(
        TABLE, n=200, rare="5/2N", silent={"FGA": 0.0}, x_linked=["DXS8378"][:0], name="ours", provenance="here"
    )
    assert (table.name, table.provenance, len(table)) == ("ours", "here", 2)
    assert table.loci == ("FGA", "TH01")
    assert table.to_dict() == {"FGA": {"21": 0.2, "22": 0.8}, "TH01": {"6": 0.2, "7": 0.5, "9.3": 0.3}}
    assert table.frequency("THO1", 9.3) == 0.3
    assert table.frequency("FGA", 30) == 5 / 400
    assert table.counted("FGA") == 400
    assert table.rare == "5/2N"
    assert "THO1" in table
    assert "vWA" not in table
    assert Frequencies({"TH01": {6: 0.5, 9.3: 0.5}}).to_dict() == {"TH01": {"6": 0.5, "9.3": 0.5}}  # type: ignore[dict-item]
    assert Frequencies(TABLE, n={"TH01": 10}).counted("TH01") == 20
    assert Frequencies(TABLE, n={"TH01": 10}).counted("FGA") is None


def test_rules_for_rare_alleles() -> None:
    for rare, expected in [("5/2N", 5 / 200), (0.02, 0.02), ("weir", 1 - 0.05 ** (1 / 200))]:
        table = Frequencies(TABLE, n=100, rare=rare)  # type: ignore[arg-type]
        assert table.frequency("FGA", "30") == pytest.approx(expected, rel=1e-12)
        assert table.with_rare(None).rare is None
    with pytest.raises(MatcherError, match="frequency of allele 30 is not known"):
        Frequencies(TABLE).frequency("FGA", "30")
    with pytest.raises(MatcherError, match="sample size"):
        Frequencies(TABLE, rare="5/2N")
    with pytest.raises(MatcherError, match="rare-allele rule"):
        Frequencies(TABLE, rare="often")  # type: ignore[arg-type]
    with pytest.raises(MatcherError, match="fixed frequency is 0"):
        Frequencies(TABLE, rare=0.0)
    with pytest.raises(TypeError, match="rare is list"):
        Frequencies(TABLE, rare=[])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("loci", "message"),
    [
        ({"TH01": {"6": 0.7, "7": 0.4}}, "sum of frequencies is 1.1"),
        ({"TH01": {"6": -0.1}}, "frequency of allele 6 is -0.1"),
        ({"TH01": {"6": float("nan")}}, "frequency of allele 6 is NaN"),
        ({"TH01": {"-": 0.1}}, "allele is -"),
        ({"TH01": {"6": 0.1}, "THO1": {"6": 0.1}}, "locus is TH01, expected each locus once"),
        ({"TH01": {}}, "number of alleles is 0"),
        ({}, "number of loci is 0"),
    ],
)
def test_wrong_tables_say_what(loci: dict[str, dict[str, float]], message: str) -> None:
    with pytest.raises(MatcherError) as caught:
        Frequencies(loci)
    assert message in str(caught.value)


def test_wrong_keywords_of_tables() -> None:
    with pytest.raises(TypeError, match="frequencies of TH01 are list"):
        Frequencies({"TH01": [0.1]})  # type: ignore[dict-item]
    with pytest.raises(MatcherError, match="n is -1"):
        Frequencies(TABLE, n=-1)
    with pytest.raises(MatcherError, match="locus is vWA, expected one whose frequencies are given"):
        Frequencies(TABLE, silent={"vWA": 0.1})
    with pytest.raises(MatcherError, match=r"recombination rate of FGA and TH01 is 0\.7"):
        Frequencies(TABLE, linked={("FGA", "TH01"): 0.7})


def test_tables_pickle() -> None:
    table = Frequencies(
        TABLE, n=200, rare="weir", silent={"TH01": 0.0005}, linked={("FGA", "TH01"): 0.4}, provenance="x"
    )
    for one in (table, Frequencies.builtin("nist1036-hisp", rare=0.001)):
        back = pickle.loads(pickle.dumps(one))
        assert back == one
        assert (back.digest, back.rare, back.provenance) == (one.digest, one.rare, one.provenance)
    assert table != Frequencies(TABLE)
    with pytest.raises(MatcherError, match="pickled value"):
        type(table)._restore(b"{}")  # type: ignore[attr-defined]


def test_tables_that_come_with_the_library_and_from_files(tmp_path: Path) -> None:
    for name in Frequencies.builtin_names():
        assert len(Frequencies.builtin(name)) == 29
    with pytest.raises(MatcherError, match='built-in table is "mars"'):
        Frequencies.builtin("mars")
    path = tmp_path / "lab.csv"
    path.write_text("Allele,TH01,FGA\n6,0.2,\n9.3,0.8,\n21,,1\nN,400,400\n")
    table = Frequencies.read(path, rare="5/2N")
    assert (table.name, table.counted("TH01")) == ("lab", 400)
    assert Frequencies.read(str(path), name="other").name == "other"
    assert Frequencies.read(json.dumps({"A": TABLE, "B": TABLE}).encode(), population="b").loci == ("FGA", "TH01")
    with pytest.raises(FileError):
        Frequencies.read(tmp_path / "none.csv")
    path.write_text("locus,allele,frequency\nTH01,6,many\n")
    with pytest.raises(MatcherError, match=r'lab.csv, line 2: frequency is "many", expected a number'):
        Frequencies.read(path)
    with pytest.raises((MatcherError, UnknownFormatError)):
        Frequencies.read(b"\x00\x01")


def test_tables_for_other_programs(tmp_path: Path) -> None:
    table = Frequencies.builtin("nist1036-cauc", rare="5/2N")
    path = tmp_path / "table.csv"
    assert [said.split(" is ")[0] for said in table.write(path)] == [
        'table "nist1036-cauc": sample size',
        'table "nist1036-cauc": rare-allele rule',
        'table "nist1036-cauc": provenance',
    ]
    again = Frequencies.read(path)
    assert again.to_dict() == table.to_dict()
    assert again.counted("TH01") is None
    assert len(table.write(path, "strmix")) == 2
    assert Frequencies.read(path).counted("TH01") == 722
    stream = io.BytesIO()
    table.write(stream, "strmix")
    assert stream.getvalue() == path.read_bytes()
    with pytest.raises(MatcherError, match="expected one of euroformix, strmix"):
        table.write(path, "csv")  # type: ignore[arg-type]
    with pytest.raises(FileError):
        table.write(tmp_path)


def test_frequencies_of_people() -> None:
    people = list(simulate.profiles(400, "nist1036-cauc", seed=3, loci=["TH01", "FGA"]))
    table = Frequencies.estimate(people)
    assert (table.rare, table.counted("TH01"), table.name) == ("5/2N", 800, "estimated")
    truth = Frequencies.builtin("nist1036-cauc").to_dict()["TH01"]
    assert all(abs(table.to_dict()["TH01"].get(allele, 0) - p) < 0.06 for allele, p in truth.items())
    assert sum(table.normalised().to_dict()["TH01"].values()) == pytest.approx(1, abs=1e-12)
    with pytest.raises(MatcherError, match="kind is mixture"):
        Frequencies.estimate([Profile("m", {"FGA": (20, 21)}, kind="mixture")])


def test_match_probability_by_hand() -> None:
    table = Frequencies(TABLE)
    profile = Profile("C-17", {"TH01": ("6", "9.3"), "FGA": ("21", "21"), "AMEL": ("X", "Y"), "vWA": (16, 17)})
    found = match_probability(profile, table, theta=0)
    assert found.per_locus == {"FGA": pytest.approx(0.04), "TH01": pytest.approx(0.12), "vWA": None, "Amelogenin": None}
    assert found.log10 == pytest.approx(math.log10(0.0048))
    assert found.probability == pytest.approx(0.0048)
    assert found.not_counted == {"vWA": "not in the frequency table", "Amelogenin": "not an autosomal locus"}
    assert (found.counted, found.theta, found.formula, found.population) == (2, 0.0, "4.10", "custom")

    t = 0.03
    homozygote = (2 * t + (1 - t) * 0.2) * (3 * t + (1 - t) * 0.2) / ((1 + t) * (1 + 2 * t))
    assert match_probability(profile, table, t).per_locus["FGA"] == pytest.approx(homozygote, rel=1e-14)
    assert match_probability(profile, table, t, "4.1").per_locus["FGA"] == pytest.approx(
        0.04 + 0.2 * 0.8 * t, rel=1e-14
    )
    assert match_probability(profile, table).theta == 0.01


def test_match_probabilities_as_data() -> None:
    found = match_probability(Profile("a", {"TH01": ("6", "<b>")[:1] * 2}), Frequencies(TABLE, name="<b>"))
    document = json.loads(json.dumps(found.to_dict()))
    assert document["log10"] == found.log10
    assert document["method"] == str(found.method)
    assert "&lt;b&gt;" in found._repr_html_()
    assert found == match_probability(Profile("a", {"TH01": ("6", "6")}), Frequencies(TABLE, name="<b>"))
    assert found != match_probability(Profile("a", {"TH01": ("6", "7")}), Frequencies(TABLE, name="<b>"))
    assert "log10" in repr(found)


def test_wrong_questions_about_probability() -> None:
    profile = Profile("a", {"TH01": ("6", "11")})
    with pytest.raises(MatcherError, match="frequency of allele 11 is not known"):
        match_probability(profile, Frequencies(TABLE))
    with pytest.raises(MatcherError, match="theta is 1"):
        match_probability(profile, "nist1036", theta=1.0)
    with pytest.raises(MatcherError, match=r'formula is "4\.2"'):
        match_probability(profile, "nist1036", formula="4.2")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        match_probability(profile, "nist1036", formula=4.10)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="frequencies are dict"):
        match_probability(profile, TABLE)  # type: ignore[arg-type]
    with pytest.raises(MatcherError, match="kind is mixture"):
        match_probability(Profile("m", {}, kind="mixture"), "nist1036")


def test_probabilities_are_those_of_dnaprofiles_and_euroformix(dna_data: Path) -> None:
    document = json.loads((dna_data / "cases" / "direct_match.json").read_text())
    tables = {name: Frequencies(loci, name=name) for name, loci in document["frequencies"].items()}
    assert len(document["rmp_cases"]) >= 30
    for case in document["rmp_cases"]:
        profile = Profile(case["sample"], case["genotypes"])
        for formula, (per_locus, log10) in FORMULAS.items():
            found = match_probability(profile, tables[case["population"]], case["theta"], formula)
            assert found.per_locus == pytest.approx(case[per_locus], rel=1e-10), (case["id"], formula)
            assert found.log10 == pytest.approx(case[log10], rel=1e-12), (case["id"], formula)


def test_simulated_people_are_the_same_from_the_same_seed() -> None:
    people = simulate.profiles(5, "nist1036-afam", seed=9, theta=0.01, amelogenin=True)
    assert len(people) == 5
    made = list(people)
    assert len(people) == 0
    assert made == list(simulate.profiles(9, "nist1036-afam", 9, 0.01, amelogenin=True))[:5]
    assert [person.id for person in made] == [f"P000000{k}" for k in range(1, 6)]
    assert {person.sex for person in simulate.profiles(40, "nist1036", 1, amelogenin=True)} == {"male", "female"}
    [few] = simulate.profiles(1, Frequencies(TABLE), seed=1, loci=["FGA"])
    assert list(few.loci) == ["FGA"]
    lossy = simulate.profiles(50, "nist1036", 1, partial=1.0, drop_out=0.5, locus_missing=0.2)
    assert all(person.is_partial for person in lossy)
    for keywords, message in [
        ({"partial": 2.0}, "partial is 2"),
        ({"theta": -1.0}, "theta is -1"),
        ({"loci": ["x"]}, "locus is x"),
    ]:
        with pytest.raises(MatcherError, match=message):
            simulate.profiles(1, "nist1036", 1, **keywords)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="loci is str"):
        simulate.profiles(1, "nist1036", 1, loci="FGA")


def test_expectations() -> None:
    loci = dna.kit("CODIS 13").loci
    expected = dna.expected_pairs("nist1036-cauc", loci, 361, theta=0.0)
    assert expected.shape == (14, 14)
    assert expected.sum() == pytest.approx(361 * 360 / 2)
    assert dna.adventitious_hits(10, -math.inf) == (0.0, 0.0)
    with pytest.raises(MatcherError, match="log10_rmp is NaN"):
        dna.adventitious_hits(10, math.nan)
    with pytest.raises(MatcherError, match="locus is DYS391"):
        dna.expected_pairs("nist1036", ["DYS391"], 10)


def test_all_pairs_of_a_database() -> None:
    people = list(simulate.profiles(60, "nist1036-cauc", seed=5))
    twin = Profile("twin", people[7].loci)
    matrix = dna.compare_all([*people, twin])
    assert matrix.shape == (30, 30)
    assert matrix.dtype == np.int64
    assert matrix.sum() == 61 * 60 // 2
    assert matrix[29, 0] == 1
    assert np.array_equal(matrix, dna.compare_all(dna.ProfileTable([*people, twin]), threads=1))
    [best, *_] = dna.close_pairs([*people, twin], 25)
    assert (best["a"], best["b"], best["matching"]) == (7, 60, 29)
    assert len(dna.close_pairs([*people, twin], 0, limit=3)) == 3

    partial = Profile("partial", {**people[7].loci, "FGA": (people[7].loci["FGA"][0], None)})
    assert dna.compare_all([*people, partial]).sum() == 60 * 59 // 2
    assert dna.compare_all([*people, partial], "match")[29, 0] == 1
    apart = dna.compare_all([*people, partial], wildcards="separate")
    assert apart.shape == (30,) * 4
    assert apart[28, 0, 1, 0] == 1


def test_wrong_questions_about_all_pairs() -> None:
    people = list(simulate.profiles(3, "nist1036", seed=5))
    with pytest.raises(MatcherError, match='wildcards is "some"'):
        dna.compare_all(people, "some")  # type: ignore[arg-type]
    with pytest.raises(MatcherError, match="min_matching is -1"):
        dna.close_pairs(people, -1)
    with pytest.raises(MatcherError):
        dna.compare_all([*people, Profile("m", {"FGA": (20, 21)}, kind="mixture")])
    event = threading.Event()
    event.set()
    with pytest.raises(MatcherError, match="cancelled"):
        dna.compare_all(people, cancel=event)
    told: list[tuple[int, int]] = []
    dna.compare_all(people, threads=1, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)


def test_all_pairs_as_dnatools_has_them(dna_data: Path) -> None:
    cases = json.loads((dna_data / "cases" / "dbcompare_dnatools.json").read_text())["cases"]
    [case] = [case for case in cases if case["id"] == "nist1036-29loci"]
    profiles = dna.read_profiles(dna_data / "cases" / case["database"])
    matrix = dna.compare_all(profiles)
    expected = np.array(case["matrix"])
    assert np.array_equal(matrix[: len(expected), : len(expected[0])], expected)
    close = dna.close_pairs(profiles, case["options"]["hit"])
    assert len(close) == case["n_hits"]
    ids = {frozenset((hit["id1"], hit["id2"])) for hit in case["hits"]}
    assert {frozenset((profiles[pair["a"]].id, profiles[pair["b"]].id)) for pair in close} == ids
