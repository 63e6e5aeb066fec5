"""Profiles, loci and kits: what goes in comes out, and what cannot be is named."""

import copy
import json
import pickle
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matcher import MatcherError, dna
from matcher.dna import Profile


def test_alleles_come_in_every_form_that_python_has() -> None:
    for a, b in [
        ("9.3", "15"),
        (9.3, 15),
        (np.float64(9.3), np.int64(15)),
        (np.float32(9.3), np.uint8(15)),
        (Decimal("9.3"), "15.0"),
        (15.0, "9.30"),
    ]:
        assert Profile("a", {"TH01": (a, b)}).loci == {"TH01": ("9.3", "15")}, (a, b)  # type: ignore[dict-item]


def test_what_is_not_known_has_one_form() -> None:
    pandas = pytest.importorskip("pandas")
    for unknown in (None, "-", "", float("nan"), np.nan, pandas.NA):
        profile = Profile("a", {"FGA": ("21", unknown)})
        assert profile.loci == {"FGA": ("21", "-")}
        assert profile.is_partial
    assert Profile("a", {"FGA": ("*", "21")}).loci == {"FGA": ("21", "*")}
    assert not Profile("a", {"FGA": ("21", "21")}).is_partial


@pytest.mark.parametrize(
    "allele", [9.30000001, "9.30000001", 0, -15, "9,3", "1e3", float("inf"), -float("inf"), 1e9, "a b"]
)
def test_what_no_allele_is_names_profile_and_locus(allele: object) -> None:
    with pytest.raises(MatcherError) as caught:
        Profile("C-17", {"THO1": ("6", allele)})  # type: ignore[dict-item]
    assert str(caught.value).startswith('profile "C-17", TH01: allele is "')
    assert caught.value.record == 'profile "C-17", TH01'  # type: ignore[attr-defined]


@pytest.mark.parametrize("allele", [True, np.True_, b"15", [15], object()])
def test_other_types_are_no_alleles(allele: object) -> None:
    with pytest.raises(TypeError, match="allele is "):
        Profile("a", {"TH01": ("6", allele)})  # type: ignore[dict-item]


@pytest.mark.parametrize("genotype", ["15,16", "15", 15, None])
def test_a_genotype_is_a_tuple(genotype: object) -> None:
    with pytest.raises(TypeError, match="genotype at FGA is "):
        Profile("a", {"FGA": genotype})  # type: ignore[dict-item]


def test_one_copy_and_several_alleles() -> None:
    man = Profile("man", {"DYS391": (10,), "DXS8378": ("11",), "AMEL": ("X", "Y"), "DYS385": (11, 14)})
    assert man.loci == {
        "Amelogenin": ("X", "Y"),
        "DXS8378": ("11",),
        "DYS391": ("10",),
        "DYS385": ("11", "14"),
    }
    assert (man.sex, man.is_partial) == ("male", False)
    assert Profile("w", {"AMEL": ("X", "X")}).sex == "female"
    assert Profile("u", {"AMEL": ("X", None)}).sex is None
    mixture = Profile("m", {"FGA": (20, 21, 22, 23, 24)}, kind="mixture")
    assert mixture.kind == "mixture"
    with pytest.raises(MatcherError, match="number of alleles at FGA is 5, expected 1 to 4, or a mixture"):
        Profile("m", {"FGA": (20, 21, 22, 23, 24)})
    with pytest.raises(MatcherError, match="alleles is 0"):
        Profile("m", {"FGA": ()})


def test_marks_of_what_cannot_be_named() -> None:
    profile = Profile("a", {"FGA": ("25>", "9.X"), "TH01": ("OL", "8<"), "rs1": ("A", "T")})
    assert profile.loci["rs1"] == ("A", "T")
    assert set(profile.loci["FGA"]) == {"25>", "9.X"}
    assert set(profile.loci["TH01"]) == {"OL", "8<"}


def test_a_locus_has_one_name_and_is_there_once() -> None:
    assert list(Profile("a", {"THO1": (6, 7), "penta_d": (9, 10)}).loci) == ["TH01", "Penta D"]
    with pytest.raises(MatcherError, match="locus is TH01, expected each locus once"):
        Profile("a", {"THO1": (6, 7), "TH01": (6, 7)})
    with pytest.raises(TypeError, match="locus is int"):
        Profile("a", {7: (6, 7)})  # type: ignore[dict-item]


def test_id_kind_and_category_are_checked() -> None:
    for bad in ("", "x" * 256):
        with pytest.raises(MatcherError, match="profile id"):
            Profile(bad, {})
    with pytest.raises(MatcherError, match='kind is "double"'):
        Profile("a", {}, kind="double")  # type: ignore[arg-type]
    with pytest.raises(MatcherError, match='category is "nobody"'):
        Profile("a", {}, category="nobody")
    assert Profile("a", {}, category="forensic unknown").category == "Forensic, Unknown"
    assert Profile("a", {}).category is None


def test_profiles_survive_pickling_copying_and_json() -> None:
    profile = Profile("a", {"FGA": (21, None), "DYS391": (10,), "TH01": (6, 7, 8)}, category="Arrestee")
    for back in (
        pickle.loads(pickle.dumps(profile)),
        copy.deepcopy(profile),
        Profile.from_dict(json.loads(json.dumps(profile.to_dict()))),
    ):
        assert back == profile
        assert hash(back) == hash(profile)
        assert (back.loci, back.category, back.kind) == (profile.loci, profile.category, profile.kind)
    assert profile != Profile("b", profile.loci, category="Arrestee")
    assert profile != "a"
    assert len({profile, copy.copy(profile), Profile("b", {})}) == 2


def test_a_dict_of_something_else_is_refused() -> None:
    for record in ({}, {"id": "a"}, {"id": "a", "loci": {"FGA": ["x y"]}}, {"id": "a", "loci": {"FGA": []}}):
        with pytest.raises(MatcherError, match="profile is "):
            Profile.from_dict(record)


def test_nothing_that_is_shown_tells_an_allele() -> None:
    profile = Profile("a", {"FGA": ("21", "22.2")})
    assert repr(profile) == '<Profile "a": 1 loci, single>'
    assert "22.2" not in f"{profile}{profile!r}{[profile]}"


def test_loci_under_every_name() -> None:
    names = {"THO1": "TH01", " vwa ": "vWA", "PentaE": "Penta E", "D3": "D3S1358", "rs1490413": "rs1490413"}
    assert {name: dna.canonical_locus(name) for name in names} == names
    with pytest.raises(MatcherError, match="locus is "):
        dna.canonical_locus("")


def test_kits() -> None:
    assert len(dna.KITS) > 20
    for name in dna.KITS:
        kit = dna.kit(name)
        assert kit.name == name
        assert len(kit) == len(kit.loci) == len(set(kit.loci))
        assert pickle.loads(pickle.dumps(kit)) == kit
    assert dna.kit("codis 13") == dna.kit("CODIS-13")
    assert hash(dna.kit("codis 13")) == hash(dna.kit("CODIS-13"))
    assert dna.kit("CODIS 13") != dna.kit("CODIS 20")
    assert "THO1" in dna.kit("CODIS 13")
    assert "SE33" not in dna.kit("CODIS 13")
    with pytest.raises(MatcherError, match='kit is "unheard of", expected one of CODIS 13, '):
        dna.kit("unheard of")


alleles = st.one_of(
    st.text(max_size=70), st.floats(), st.integers(), st.none(), st.sampled_from(["9.X", "25>", "OL", "*"])
)


@given(st.lists(alleles, max_size=9), st.text(max_size=70))
def test_whatever_is_given_is_a_profile_or_an_error(genotype: list[str | float | None], locus: str) -> None:
    try:
        profile = Profile("a", {locus: tuple(genotype)}, kind="mixture")
    except MatcherError:
        return
    assert Profile("a", profile.loci, kind="mixture") == profile
    assert pickle.loads(pickle.dumps(profile)) == profile
    assert Profile.from_dict(json.loads(json.dumps(profile.to_dict()))) == profile
