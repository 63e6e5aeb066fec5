"""Kinship: pedigrees, hypotheses compared, pairs of profiles; by hand, and as other programs have it."""

import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matcher import MatcherError, dna, simulate
from matcher.dna import Frequencies, Mutation, Pedigree, Profile, kinship, kinship_lr

TABLE = Frequencies({"TH01": {"6": 0.2, "9.3": 0.3, "7": 0.5}, "FGA": {"21": 0.2, "22": 0.8}}, name="example")
TRIO = Pedigree([("C", "AF", "M", None), ("AF", None, None, 1), ("M", None, None, 2)])
OTHER = Pedigree([("C", None, "M", None), ("M", None, None, 2), ("AF", None, None, 1)])
HYPOTHESES = {"father": TRIO, "other man": OTHER}


def typed(**alleles: tuple[object, object]) -> dict[str, Profile]:
    """Profiles of one locus, whose own ids are not those of the people."""
    return {id: Profile(f"sample of {id}", {"TH01": pair}) for id, pair in alleles.items()}  # type: ignore[dict-item]


DUO = (
    Pedigree([("C", "F", None), ("F", None, None)]),
    Pedigree([("C", None, None), ("F", None, None)]),
)


def duo(child: tuple[object, object], parent: tuple[object, object], **keywords: Any) -> dna.KinshipReport:
    hypotheses = {"parent": DUO[0], "unrelated": DUO[1]}
    return kinship(hypotheses, typed(C=child, F=parent), TABLE, **keywords)


def test_pedigrees_say_who_is_in_them() -> None:
    assert (len(TRIO), list(TRIO), TRIO.founders) == (3, ["AF", "M", "C"], ["AF", "M"])
    assert TRIO.people == [("AF", None, None, "male"), ("M", None, None, "female"), ("C", "AF", "M", None)]
    assert "M" in TRIO
    assert "X" not in TRIO
    assert repr(TRIO) == "<Pedigree: 3 people, 2 founders>"
    in_words = Pedigree([("M", None, None, "F"), ("AF", None, None, "male"), ("C", "AF", "M", 0)])
    assert (in_words, hash(in_words)) == (TRIO, hash(TRIO))
    assert in_words != OTHER
    assert Pedigree([("A", None, None, np.int64(2))]).people[0][3] == "female"  # type: ignore[list-item]


def test_pedigrees_are_joined_kept_and_read_again() -> None:
    inbred = Pedigree([("A", None, None, 1), ("B", "A", None)], inbreeding={"A": 0.25})
    assert inbred.inbreeding == {"A": 0.25}
    assert inbred != Pedigree([("A", None, None, 1), ("B", "A", None)])
    for one in (inbred, TRIO, Pedigree.join([inbred, TRIO])):
        assert pickle.loads(pickle.dumps(one)) == one
        assert Pedigree(**json.loads(json.dumps(one.to_dict()))) == one
    assert len(Pedigree.join([inbred, TRIO])) == 5
    with pytest.raises(MatcherError, match='person "A": id is there twice'):
        Pedigree.join([inbred, inbred])
    with pytest.raises(MatcherError, match="pickled value"):
        Pedigree._restore(b"[]")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ([], "number of people is 0"),
        ([("A", None, None, 1), ("A", None, None, 1)], 'person "A": id is there twice'),
        ([("A", "B", None, 1)], 'person "A": father is "B", who is not in the pedigree'),
        ([("A", "B", None, 1), ("B", "A", None, 1)], "nobody who descends from themselves"),
        ([("A", "B", "B", 1), ("B", None, None, 1)], 'person "A": father and mother is one person'),
        ([("A", "B", None, 1), ("B", None, None, 2)], 'person "A": father is "B", a woman'),
        ([("A", None, None, 3)], 'sex of person "A" is 3, expected 1 or "male"'),
        ([("A", None, None, "man")], "sex of person \"A\" is 'man'"),
        ([("A", None)], "number of fields of a person is 2"),
        ([("", None, None, 1)], "pedigree: id is empty"),
    ],
)
def test_wrong_pedigrees_say_what(people: Any, message: str) -> None:
    with pytest.raises(MatcherError) as caught:
        Pedigree(people)
    assert message in str(caught.value)


def test_what_is_no_pedigree_is_a_type_error() -> None:
    for people, message in [
        (["A"], "a person is str"),
        ("A", "a person is str"),
        ([5], "a person is int"),
        ([(1, None, None, 1)], "id of a person is int"),
        ([("A", 2, None, 1)], "father is int"),
        ([(None, None, None)], "id of a person is None"),
    ]:
        with pytest.raises(TypeError, match=message):
            Pedigree(people)  # type: ignore[arg-type]
    for inbreeding, field in [({"X": 0.1}, "who is not in the pedigree"), ({"A": 2.0}, "inbreeding coefficient is 2")]:
        with pytest.raises(MatcherError, match=field):
            Pedigree([("A", None, None)], inbreeding=inbreeding)


def test_a_trio_by_hand() -> None:
    # He hands on the 6 with probability 1/2, another man with probability 0.2.
    report = kinship(HYPOTHESES, typed(AF=("6", "9.3"), M=("7", "7"), C=("6", "7")), TABLE)
    likelihood = 0.12 * 0.25 * 0.5
    assert report.log10_likelihood == pytest.approx(
        {"father": math.log10(likelihood), "other man": math.log10(likelihood * 0.4)}, rel=1e-14
    )
    assert report.log10_lr == pytest.approx(math.log10(2.5), rel=1e-14)
    assert report.log10_lrs == {"father": report.log10_lr, "other man": 0.0}
    assert report.posterior == pytest.approx({"father": 2.5 / 3.5, "other man": 1 / 3.5})
    assert report.prior == {"father": 0.5, "other man": 0.5}
    assert report.per_locus == {"TH01": report.log10_likelihood}
    assert report.log10_lrs_per_locus == {"TH01": report.log10_lrs}
    assert (report.hypotheses, report.counted, report.not_counted) == (["father", "other man"], 1, {})
    assert report.impossible_at == {"father": [], "other man": []}
    assert [(used["allele"], used["frequency"], used["by_rule"]) for used in report.frequencies_used] == [
        ("6", 0.2, False),
        ("7", 0.5, False),
        ("9.3", 0.3, False),
    ]
    assert (report.theta, report.mutation, report.prune_untyped, report.dropout) == (0.0, None, False, {})
    assert (report.rare, report.population, report.remarks) == (None, "example", [])
    assert report.method.name == "kinship"


def test_theta_by_hand() -> None:
    # A homozygous father and child: 1 / P(6 | 6, 6, 6).
    theta = 0.03
    again = (3 * theta + (1 - theta) * 0.2) / (1 + 2 * theta)
    report = duo(("6", "6"), ("6", "6"), theta=theta)
    assert report.log10_lr == pytest.approx(-math.log10(again), rel=1e-13)
    assert report.theta == theta


def test_mutation_and_what_untyped_founders_do_by_hand() -> None:
    table = Frequencies({"TH01": {"6": 0.5, "7": 0.3, "8": 0.2}})
    family = [("C", "F", "M"), ("F", None, None), ("M", None, None)]
    mutation = Mutation.equal(0.1)
    for prune, likelihood in [(False, 0.0745625), (True, 0.07375)]:
        profiles = typed(F=("6", "6"), C=("6", "7"))
        report = kinship({"H": family}, profiles, table, mutation=mutation, prune_untyped=prune)
        assert 10 ** report.log10_likelihood["H"] == pytest.approx(likelihood, rel=1e-13)
        assert report.log10_lr is None
        assert (report.prune_untyped, report.mutation) == (prune, mutation)
    by_locus = {"THO1": None, "default": mutation}
    report = duo(("6", "6"), ("7", "7"), mutation=by_locus)
    assert report.log10_lr == -math.inf
    assert report.mutation == {"TH01": None, "default": mutation}
    assert duo(("6", "6"), ("7", "7"), mutation={"TH01": mutation}).log10_lr == pytest.approx(math.log10(0.05 / 0.2))


def test_drop_out_by_hand() -> None:
    d = 0.1
    report = kinship({"H": [("A", None, None)]}, typed(A=("6", "6")), TABLE, dropout={"A": d})
    expected = 0.04 * (1 - d * d) + 2 * 0.2 * 0.8 * d * (1 - d)
    assert 10 ** report.log10_likelihood["H"] == pytest.approx(expected, rel=1e-13)
    assert report.dropout == {"A": d}


def test_priors_and_several_families() -> None:
    families = [Pedigree([("C", "F", None), ("F", None, None)]), Pedigree([("X", None, None)])]
    unrelated = [("C", None, None), ("F", None, None), ("X", None, None)]
    profiles = typed(C=("6", "6"), F=("6", "6"), X=("7", "7"))
    report = kinship(
        {"related": families, "unrelated": unrelated}, profiles, TABLE, priors={"unrelated": 0.9, "related": 0.1}
    )
    assert report.posterior["related"] == pytest.approx(0.5 / (0.5 + 0.9))
    assert report.prior == {"related": 0.1, "unrelated": 0.9}


def test_impossible_is_a_value_and_never_nan() -> None:
    report = duo(("6", "6"), ("7", "7"))
    assert report.log10_lr == -math.inf
    assert report.log10_likelihood["parent"] == -math.inf
    assert report.impossible_at == {"parent": ["TH01"], "unrelated": []}
    assert report.posterior == {"parent": 0.0, "unrelated": 1.0}
    assert "impossible at TH01" in str(report)
    turned = {"unrelated": DUO[1], "parent": DUO[0]}
    report = kinship(turned, typed(C=("6", "6"), F=("7", "7")), TABLE)
    assert report.log10_lr == math.inf
    both = kinship({"parent": DUO[0], "again": DUO[0]}, typed(C=("6", "6"), F=("7", "7")), TABLE)
    assert (both.log10_lr, both.log10_lrs["parent"]) == (None, None)
    assert both.posterior == {"parent": None, "again": None}
    for one in (report, both):
        assert json.loads(one.to_json())["hypotheses"]
        assert "nan" not in str(one).lower() + one.to_json().lower() + one._repr_html_().lower()


def test_sexes_that_do_not_fit_are_said() -> None:
    he, she = (Profile(sex, {"TH01": (6, 7), "AMEL": ("X", sex)}) for sex in "YX")
    answer = kinship_lr(he, she, "identical", TABLE)
    assert answer.remarks == ["by amelogenin Y and X are of different sexes"]
    assert kinship_lr(he, she, "full-siblings", TABLE).remarks == []


def test_what_is_not_counted_is_said() -> None:
    profiles = {
        "C": Profile("C", {"TH01": (6, 7), "vWA": (16, 17), "AMEL": ("X", "Y"), "FGA": (None, "-")}),
        "F": Profile("F", {"TH01": (6, 6), "AMEL": ("X", "X")}),
    }
    father = [("C", "F", None, None), ("F", None, None, 1)]
    report = kinship({"father": father, "not": [("C", None, None)]}, profiles, TABLE)
    assert report.not_counted == {
        "vWA": "not in the frequency table",
        "Amelogenin": "on the Y chromosome or a marker of sex",
        "FGA": "no allele is known of anybody",
    }
    assert report.counted == 1
    assert any("F is female by amelogenin and male by the pedigree" in remark for remark in report.remarks)
    assert any("F not named" in remark for remark in report.remarks)


def test_reports_as_tables_and_documents() -> None:
    pandas = pytest.importorskip("pandas")
    profiles = {"C": Profile("C", {"TH01": (6, 7), "vWA": (16, 17)}), "F": Profile("F", {"TH01": (6, 6)})}
    report = kinship({"<b>": DUO[0], "unrelated": DUO[1]}, profiles, TABLE, theta=0.01)
    frame = report.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == [
        "locus",
        "reason",
        "log10_likelihood <b>",
        "log10_likelihood unrelated",
        "log10_lr <b>",
    ]
    assert frame["log10_lr <b>"][list(frame["locus"]).index("TH01")] == report.log10_lr
    assert set(frame["reason"].dropna()) == {"not in the frequency table"}
    assert "&lt;b&gt;" in report._repr_html_()
    assert "<b>" not in report._repr_html_()
    document = json.loads(report.to_json(indent=2))
    assert document == report.to_dict()
    assert document["hypotheses"][0]["log10_lr"] == report.log10_lr
    assert document["counted"] == 1
    assert document["model"]["theta"] == 0.01
    assert report == kinship({"<b>": DUO[0], "unrelated": DUO[1]}, list(profiles.values()), TABLE, theta=0.01)
    assert report != kinship({"<b>": DUO[0], "unrelated": DUO[1]}, profiles, TABLE)
    assert repr(report).startswith("<KinshipReport: log10 LR +")


def test_several_populations() -> None:
    tables = [Frequencies({"TH01": {"6": p, "7": 0.1}}, name=name) for name, p in [("a", 0.1), ("b", 0.4), ("c", 0.2)]]
    answer = kinship({"parent": DUO[0], "unrelated": DUO[1]}, typed(C=(6, 6), F=(6, 6)), tables)
    assert isinstance(answer, dna.KinshipAcross)
    assert answer.populations == ["a", "b", "c"]
    assert answer.hypotheses == ["parent", "unrelated"]
    assert answer.minimum == {"parent": pytest.approx(math.log10(2.5)), "unrelated": 0.0}
    assert answer.median["parent"] == pytest.approx(math.log10(5))
    assert (len(answer), answer[-1].population, [report.population for report in answer]) == (3, "c", ["a", "b", "c"])
    assert json.loads(answer.to_json()) == answer.to_dict()
    assert answer.to_dict()["minimum"]["parent"] == answer.minimum["parent"]
    assert "minimum" in str(answer)
    assert "Kinship in 3 populations" in str(answer)
    assert "log10 LR parent" in answer._repr_html_()
    assert repr(answer) == '<KinshipAcross: 3 populations, minimum log10 LR +0.398 "parent">'
    assert answer == kinship({"parent": DUO[0], "unrelated": DUO[1]}, typed(C=(6, 6), F=(6, 6)), tuple(tables))
    with pytest.raises(IndexError):
        answer[3]
    with pytest.raises(MatcherError, match="number of frequency tables is 0"):
        kinship({"parent": DUO[0]}, typed(C=(6, 6)), [])


def test_wrong_questions_say_what() -> None:
    profiles = typed(C=("6", "6"), F=("6", "6"))
    hypotheses = {"parent": DUO[0], "unrelated": DUO[1]}
    mixture = {"C": Profile("m", {"TH01": ("6", "7")}, kind="mixture")}
    wrong: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
        (({}, profiles, TABLE), {}, "number of hypotheses is 0"),
        ((hypotheses, {}, TABLE), {}, "number of profiles is 0"),
        ((hypotheses, {"Z": profiles["C"]}, TABLE), {}, 'profile "Z": person is in no hypothesis'),
        ((hypotheses, mixture, TABLE), {}, 'profile "C": kind is mixture'),
        ((hypotheses, profiles, TABLE), {"theta": 1.0}, "theta is 1"),
        ((hypotheses, profiles, TABLE), {"priors": {"parent": 1.0}}, 'prior of "unrelated" is missing'),
        ((hypotheses, profiles, TABLE), {"priors": {"parent": 0.5, "unrelated": 0.4}}, r"sum of priors is 0\.9"),
        ((hypotheses, profiles, TABLE), {"priors": {"parent": 0.5, "unrelated": 0.5, "x": 0}}, 'prior is of "x"'),
        ((hypotheses, profiles, TABLE), {"dropout": {"Z": 0.1}}, 'drop-out probability is of "Z"'),
        ((hypotheses, profiles, TABLE), {"dropout": {"C": 1.0}}, "drop-out probability is 1"),
        ((hypotheses, profiles, "mars"), {}, 'built-in table is "mars"'),
        ((hypotheses, typed(C=("6", "11"), F=("6", "6")), TABLE), {}, "frequency of allele 11 is not known"),
        ((hypotheses, profiles, TABLE), {"mutation": {"TH01": None, "THO1": None}}, "each locus once"),
        (
            (hypotheses, profiles, TABLE),
            {"mutation": Mutation.proportional(1.0)},
            "probability that allele 6 does not mutate is",
        ),
    ]
    for arguments, keywords, message in wrong:
        with pytest.raises(MatcherError, match=message):
            kinship(*arguments, **keywords)
    wrong = [
        (([], profiles, TABLE), {}, "hypotheses are list, expected a dict"),
        (({"H": 5}, profiles, TABLE), {}, "a hypothesis is int"),
        (({"H": "C"}, profiles, TABLE), {}, "a hypothesis is str"),
        ((hypotheses, {"C": 5}, TABLE), {}, 'profile of "C" is int'),
        ((hypotheses, profiles, 5), {}, "frequencies are int"),
        ((hypotheses, profiles, {"TH01": {}}), {}, "frequencies are dict"),
        ((hypotheses, profiles, TABLE), {"mutation": 0.001}, "mutation is float"),
        ((hypotheses, profiles, TABLE), {"mutation": {"TH01": 0.001}}, "mutation is float"),
        ((hypotheses, profiles, TABLE), {"priors": [0.5, 0.5]}, "priors are list"),
    ]
    for arguments, keywords, message in wrong:
        with pytest.raises(TypeError, match=message):
            kinship(*arguments, **keywords)


def test_mutation_models() -> None:
    alleles, frequencies = ["10", "8", "9", "9.3"], [0.4, 0.1, 0.2, 0.3]
    models = [
        Mutation.equal(0.003),
        Mutation.proportional(0.003, transform="PM"),
        Mutation.stepwise(0.002, 1e-6),
        Mutation.stepwise(0.002, 1e-6, 0.5, "PR"),
        Mutation.onestep(0.001),
        Mutation.dawid(0.001),
        Mutation.by_sex(male=Mutation.equal(0.003), female=Mutation.stepwise(0.001, 1e-6)),
    ]
    assert len(set(models)) == len(models)
    for model in models:
        assert pickle.loads(pickle.dumps(model)) == model
        assert repr(model) == f"<Mutation {model}>"
        if "onestep" in str(model) or "dawid" in str(model):
            continue  # these know no microvariants
        matrix = model.matrix(alleles, frequencies)
        assert matrix.shape == (4, 4)
        assert matrix.sum(axis=1) == pytest.approx(1, abs=1e-14)
    by_sex = models[-1]
    assert by_sex.differs_by_sex
    assert np.array_equal(by_sex.matrix(alleles, frequencies, sex="male"), models[0].matrix(alleles, frequencies))
    assert by_sex.matrix(alleles, frequencies, sex="female")[1, 2] == pytest.approx(0.001 / 1.1)
    assert Mutation.stepwise(0.002, 1e-6) == Mutation.stepwise(0.002, rate2=1e-6, range=0.1)
    wrong: list[tuple[Callable[[], object], str]] = [
        (lambda: Mutation.equal(-0.1), r"rate is -0\.1, expected 0 to 1"),
        (lambda: Mutation.equal(math.nan), "rate is NaN"),
        (lambda: Mutation.stepwise(0.6, 0.6), r"rate \+ rate2 is 1\.2"),
        (lambda: Mutation.dawid(0.1, 0), "range is 0, expected more than 0"),
        (lambda: Mutation.equal(0.1, "XX"), 'mutation transform is "XX"'),  # type: ignore[arg-type]
        (lambda: Mutation.by_sex(male=by_sex, female=models[0]), "male is fathers"),
        (lambda: models[0].matrix(["8", "9"], [1.0]), "number of frequencies is 1"),
        (lambda: models[0].matrix(["8", "8"], [0.5, 0.5]), "sorted and distinct"),
        (lambda: models[0].matrix(["8", "9"], [0.5, 0.4]), r"sum of frequencies is 0\.9"),
        (lambda: models[0].matrix(["8", "9.X"], [0.5, 0.5]), r"allele is 9\.X"),
        (lambda: models[0].matrix(["8", "9"], [0.5, 0.5], sex="x"), 'sex is "x"'),  # type: ignore[arg-type]
        (lambda: Mutation._restore(b"{}"), "pickled value"),  # type: ignore[attr-defined]
    ]
    for make, message in wrong:
        with pytest.raises(MatcherError, match=message):
            make()


def test_pairs_by_hand() -> None:
    a, b = Profile("A", {"TH01": ("6", "9.3")}), Profile("B", {"TH01": ("6", "6"), "FGA": (21, 22)})
    answer = kinship_lr(a, b, "parent-child", TABLE)
    assert answer.log10_lr == pytest.approx(math.log10(2.5), rel=1e-14)
    assert answer.per_locus == {"TH01": answer.log10_lr}
    assert (answer.counted, answer.excluding, answer.not_counted) == (1, [], {})
    assert (answer.relation, answer.against, answer.population) == ("parent-child", "unrelated", "example")
    assert (answer.theta, answer.mutation, answer.prune_untyped) == (0.0, None, False)
    for k in [(0, 1, 0), np.array([0.0, 1.0, 0.0]), [0, 0, 0, 0, 0, 0, 0, 1, 0]]:
        assert kinship_lr(a, b, k, TABLE).log10_lr == pytest.approx(answer.log10_lr, rel=1e-13)  # type: ignore[arg-type]
    other_way = kinship_lr(a, b, "unrelated", TABLE, against="parent-child")
    assert other_way.log10_lr == pytest.approx(-math.log10(2.5), rel=1e-14)
    assert json.loads(answer.to_json()) == answer.to_dict()
    assert "TH01" in answer._repr_html_()
    assert repr(answer) == f"<PairwiseKinship: {answer}>"
    assert answer == kinship_lr(a, b, "parent_child", TABLE)


def test_pairs_that_exclude() -> None:
    a, b = Profile("A", {"TH01": ("6", "6")}), Profile("B", {"TH01": ("7", "7")})
    answer = kinship_lr(a, b, "parent-child", TABLE)
    assert (answer.log10_lr, answer.excluding) == (-math.inf, ["TH01"])
    assert answer.to_dict()["log10_lr"] == "-inf"
    assert kinship_lr(a, b, "identical", TABLE, against="parent-child").log10_lr is None
    mutated = kinship_lr(a, b, "parent-child", TABLE, mutation=Mutation.proportional(0.002))
    assert mutated.log10_lr is not None
    assert math.isfinite(mutated.log10_lr)
    assert kinship_lr(a, b, "parent-child", TABLE, dropout={"A": 0.1}).log10_lr != -math.inf


def test_wrong_pairs_say_what() -> None:
    a, b = Profile("A", {"TH01": ("6", "6")}), Profile("B", {"TH01": ("7", "7")})
    mixture = Profile("m", {"TH01": ("6", "7", "9.3")}, kind="mixture")
    for arguments, keywords, message in [
        ((a, b, "brother"), {}, 'relation is "brother", expected identical, parent-child'),
        ((a, b, (0.5, 0.6, 0.0)), {}, r"sum of IBD coefficients is 1\.1"),
        ((a, b, (0.5, 0.5)), {}, "number of coefficients of a relation is 2"),
        ((a, a, "identical"), {}, 'ids is "A" twice'),
        ((a, mixture, "identical"), {}, 'profile "m": kind is mixture'),
        ((a, b, (0, 1, 0)), {"mutation": Mutation.equal(0.001)}, "coefficients know no mutation"),
        ((a, b, "identical"), {"dropout": {"C": 0.1}}, 'drop-out probability is of "C"'),
    ]:
        with pytest.raises(MatcherError, match=message):
            kinship_lr(*arguments, TABLE, **keywords)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="relation is int"):
        kinship_lr(a, b, 5, TABLE)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="relation is tuple"):
        kinship_lr(a, b, ("a", "b"), TABLE)  # type: ignore[arg-type]


def test_relations_have_names() -> None:
    a, b = simulate.profiles(2, "nist1036-cauc", seed=3, amelogenin=True)
    assert len(dna.RELATIONS) == 14
    for relation in dna.RELATIONS:
        assert kinship_lr(a, b, relation, "nist1036-cauc", 0.01).relation == relation


def number(value: object) -> float:
    return -math.inf if value == "-Inf" else float(value)  # type: ignore[arg-type]


def mutation_of(model: dict[str, Any] | None) -> Mutation | None:
    if model is None:
        return None

    def made(rate: float) -> Mutation:
        if model["model"] == "stepwise":
            return Mutation.stepwise(rate, model["rate2"], model["range"])
        return {"equal": Mutation.equal, "proportional": Mutation.proportional}[model["model"]](rate)

    if "rate" in model:
        return made(model["rate"])
    return Mutation.by_sex(male=made(model["rateM"]), female=made(model["rateF"]))


@pytest.mark.parametrize("file", ["kinship_pairwise.json", "kinship_pedigrees.json"])
def test_likelihoods_are_those_of_pedprobr(dna_data: Path, file: str) -> None:
    document = json.loads((dna_data / "cases" / file).read_text())
    tables = {
        name: Frequencies({locus: dict(zip(of["alleles"], of["freqs"], strict=True)) for locus, of in loci.items()})
        for name, loci in document["tables"].items()
    }
    cases = document["cases"][::7]
    assert len(cases) >= 5
    for case in cases:
        hypotheses = {
            name: Pedigree([(p["id"], p["father"], p["mother"], p["sex"]) for p in people])
            for name, people in case["pedigrees"].items()
        }
        profiles = {id: Profile(f"of {id}", loci) for id, loci in case["genotypes"].items()}
        report = kinship(
            hypotheses,
            profiles,
            tables[case["table"]],
            theta=case["theta"],
            mutation=mutation_of(case["mutation"]),
            prune_untyped=case.get("prune_untyped", False),
        )
        for name, expected in case["result"]["log10_lik"].items():
            assert report.log10_likelihood[name] == pytest.approx(number(expected), rel=1e-9), (case["id"], name)


def test_matrices_are_those_of_pedmut(dna_data: Path) -> None:
    cases = json.loads((dna_data / "cases" / "mutation_matrices.json").read_text())["cases"]
    makers = {"equal": Mutation.equal, "proportional": Mutation.proportional, "onestep": Mutation.onestep}
    compared = 0
    for case in cases:
        # Where a case does not repeat a number, this is the one that gives its matrix.
        rate, rate2, transform = case["rate"], case.get("rate2") or 0.0, case["transform"]
        if case["model"] in makers:
            model = makers[case["model"]](rate, transform)
        elif case["model"] == "stepwise":
            model = Mutation.stepwise(rate, rate2, case.get("range") or 0.2, transform)
        else:
            model = Mutation.dawid(rate, case.get("range") or 0.3, transform)
        if not isinstance(case.get("matrix"), list):
            continue
        found = model.matrix(case["alleles"], case["freqs"])
        assert found == pytest.approx(np.array(case["matrix"]), rel=1e-9, abs=1e-15), case["model"]
        compared += 1
    assert compared >= 5
