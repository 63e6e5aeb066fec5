"""Rules, and two profiles compared under one."""

import json
import pickle
from collections import Counter
from pathlib import Path

import pytest
from dna_examples import PERSON, person
from matcher import FileError, MatcherError, dna
from matcher.dna import Profile, Rule, compare, stringency


def test_every_count_and_verdict() -> None:
    trace = person(vWA=("16", "-"), TH01=("6", "8"), FGA=("20", "23"), D21S11=None)
    found = compare(trace, person(), Rule("high", min_loci=2, max_mismatches=2))
    assert found.loci == {
        "D3S1358": "agrees",
        "FGA": "excluded",
        "D8S1179": "agrees",
        "TH01": "partial",
        "vWA": "wildcard",
        "D21S11": "not_compared",
    }
    assert found.stringencies["TH01"] == "low"
    assert found.stringencies["FGA"] is None
    counts = (found.matches, found.wildcards, found.partials, found.excluded, found.mismatches, found.not_compared)
    assert counts == (2, 1, 1, 1, 2, 1)
    assert found.matches + found.wildcards + found.mismatches + found.not_compared == len(found.loci)
    assert Counter(found.loci.values())["partial"] + Counter(found.loci.values())["excluded"] == found.mismatches
    assert (found.hit, found.outcome, found.reason, found.stringency) == (True, "hit", None, "high")


def test_no_hit_and_not_comparable_are_two_answers() -> None:
    missed = compare(person(FGA=("20", "23")), person(), Rule("high", min_loci=5))
    assert (missed.hit, missed.outcome, missed.reason) == (False, "no_hit", None)
    short = compare(person(), person(), "codis_moderate")
    assert (short.hit, short.outcome) == (False, "not_comparable")
    assert short.reason == "6 loci can be compared, and 8 must agree"
    assert "6 loci can be compared" in repr(short)


def test_the_order_of_the_two_does_not_matter() -> None:
    trace = person(vWA=("16", "-"), TH01=("6", "8"))
    for name in Rule.builtin_names():
        assert compare(trace, person(), name).loci == compare(person(), trace, name).loci


def test_prum_quality() -> None:
    seven = {**PERSON, "D18S51": ("12", "13")}
    reference = Profile("r", seven)

    def quality(**changed: tuple[str, str]) -> int | None:
        return compare(Profile("t", {**seven, **changed}), reference, "prum").quality

    assert [quality(), quality(vWA=("16", "OL")), quality(TH01=("6", "9")), quality(vWA=("16", "18"))] == [1, 2, 3, 4]
    assert quality(vWA=("18", "19")) is None
    assert compare(reference, reference, "high").quality is None


def test_victims_explain_alleles_of_mixtures() -> None:
    rule = Rule("moderate", min_loci=1, mixtures="victim_containment")
    a = Profile("a", {"FGA": (20, 21, 22)}, kind="mixture")
    b = Profile("b", {"FGA": (22, 23)}, kind="mixture")
    victim_a, victim_b = Profile("va", {"FGA": (20, 21)}), Profile("vb", {"FGA": (23, 23)})
    assert not compare(a, b, rule).hit
    assert compare(a, b, rule, victim_a=victim_a, victim_b=victim_b).hit
    assert compare(b, a, rule, victim_b, victim_a).hit


def test_comparisons_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    found = compare(person(vWA=("16", "18")), person(), "low")
    document = json.loads(json.dumps(found.to_dict()))
    assert document["loci"] == found.loci
    assert document["mismatches"] == found.mismatches
    assert document["method"] == str(found.method)
    assert pickle.loads(pickle.dumps(found)) == found
    assert found != compare(person(), person(), "high")
    html = found._repr_html_()
    assert html.count("<tr>") == 7
    assert "16" not in html.replace("D16S539", "")  # verdicts, and no allele
    assert found.method.name == "dna-rule low"


@pytest.mark.parametrize("rule", [None, 7, PERSON])
def test_what_is_no_rule(rule: object) -> None:
    with pytest.raises(TypeError, match="rule is "):
        compare(person(), person(), rule)  # type: ignore[arg-type]
    with pytest.raises(MatcherError, match='rule is "strict", expected one of high, codis_moderate'):
        compare(person(), person(), "strict")


def test_rules_by_keyword_and_by_file(tmp_path: Path) -> None:
    rule = Rule(
        stringency="moderate",
        min_loci=8,
        max_mismatches=2,
        max_excluded=1,
        count_wildcards=True,
        loci=["THO1", "FGA"],
        entry={"no_mixtures": True, "min_designated": 6},
        pairs=[
            {"categories": ["Arrestee", "Forensic, Unknown"], "stringency": "high", "min_loci": 7, "max_mismatches": 0}
        ],
        name="ours",
        source="procedure 12",
    )
    assert (rule.name, rule.source, rule.stringency) == ("ours", "procedure 12", "moderate")
    assert (rule.min_loci, rule.max_mismatches, rule.max_excluded) == (8, 2, 1)
    assert (rule.loci, rule.reading, rule.mixtures) == (["TH01", "FGA"], "as_written", "alleles")
    assert rule.count_wildcards
    assert not rule.quality_classes
    path = tmp_path / "rule.toml"
    path.write_text(rule.to_toml())
    for back in (
        Rule.from_toml(path),
        Rule.from_toml(str(path)),
        Rule.from_toml(rule.to_toml()),
        Rule.from_toml(rule.to_toml().encode()),
        pickle.loads(pickle.dumps(rule)),
    ):
        assert back == rule
    assert rule.to_dict()["entry"]["min_designated"] == 6
    assert Rule("high", 1) != Rule("low", 1)


def test_every_shipped_rule_says_where_it_is_from() -> None:
    names = Rule.builtin_names()
    assert {"high", "codis_moderate", "low", "prum", "y_haplotype"} <= set(names)
    for name in names:
        rule = Rule.builtin(name)
        assert rule.name == name
        assert len(rule.source) > 20
        assert Rule.from_toml(rule.to_toml()) == rule
    assert Rule.builtin("y_haplotype").loci == "y"


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"stringency": "strict", "min_loci": 1}, 'stringency is "strict", expected one of "high", "moderate", "low"'),
        ({"stringency": "high", "min_loci": 0}, "min_loci is 0, expected at least 1"),
        ({"stringency": "high", "min_loci": -1}, "min_loci is -1, expected 0 or more"),
        (
            {"stringency": "high", "min_loci": 1, "max_excluded": 1},
            "max_excluded is 1, expected at most max_mismatches, 0",
        ),
        ({"stringency": "high", "min_loci": 1, "loci": "z"}, 'loci is "z"'),
        ({"stringency": "high", "min_loci": 1, "mixtures": "any"}, 'mixtures is "any", expected one of'),
        ({"stringency": "high", "min_loci": 1, "reading": "any"}, 'reading is "any", expected "as_written" or "prum"'),
        ({"stringency": "high", "min_loci": 1, "entry": {"mixtures": 1}}, "entry is unknown field `mixtures`"),
    ],
)
def test_wrong_rules_say_what(keywords: dict[str, object], message: str) -> None:
    with pytest.raises(MatcherError) as caught:
        Rule(**keywords)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_wrong_files_of_rules(tmp_path: Path) -> None:
    with pytest.raises(MatcherError, match="rule, line 2: field is "):
        Rule.from_toml('name = "a"\nminloci = 3\n')
    with pytest.raises(FileError):
        Rule.from_toml(tmp_path / "none.toml")
    for path in ("none.toml", tmp_path, "/dev/null"):
        with pytest.raises(FileError):
            Rule.from_toml(path)
    with pytest.raises(MatcherError, match="UTF-8"):
        Rule.from_toml(b"\xff\xfe")


def test_stringency_at_one_locus() -> None:
    assert stringency((13, 14), ("14", "13")) == "high"
    assert stringency((13, 13), (13, 14)) == "moderate"
    assert stringency((12, 13), (13, 14)) == "low"
    assert stringency((12, 13), (14, 15)) is None
    assert stringency(("9.X", "-"), (9.3, "OL")) == "high"
    with pytest.raises(MatcherError, match=r'a: allele is "9\.30000001"'):
        stringency((9.30000001,), (9,))
    with pytest.raises(TypeError, match="b is str"):
        stringency((9, 9), "9,9")


def test_verdicts_are_those_of_genis(dna_data: Path) -> None:
    names = {"high": "HighStringency", "moderate": "ModerateStringency", "low": "LowStringency", None: "NoMatch"}
    cases = json.loads((dna_data / "cases" / "stringency_genis.json").read_text())["cases"]
    single = [case for case in cases if case["kind"] in ("single", "special")]
    assert len(single) > 1_500
    for case in single:
        # The cases are sets of alleles: one that is written twice is one.
        a, b = (tuple(sorted(set(case[side]))) for side in "ab")
        assert names[stringency(a, b)] == case["stringency"], case


def test_mixtures_with_a_victim_as_in_genis(dna_data: Path) -> None:
    rule = Rule("moderate", min_loci=1, mixtures="victim_containment")
    cases = json.loads((dna_data / "cases" / "stringency_genis.json").read_text())["cases"]
    seen = 0
    for case in cases:
        if case["kind"] != "enfsi_victim":
            continue
        seen += 1
        a, b = (Profile(side, {"FGA": tuple(case[side])}, kind="mixture") for side in ("mix1", "mix2"))
        victims = [
            Profile(side, {"FGA": tuple(case[side])}) if case.get(side) else None for side in ("victim1", "victim2")
        ]
        assert compare(a, b, rule, *victims).hit == (case["stringency"] == "ModerateStringency"), case
    assert seen == 235


def test_the_module_says_what_it_has() -> None:
    assert all(hasattr(dna, name) for name in dna.__all__)
