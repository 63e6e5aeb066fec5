"""Searches for relatives: a profile's, and a family's missing person, in tables and galleries."""

import json
import math
import threading
from typing import Any

import pytest
from matcher import Gallery, MatcherError, dna, simulate
from matcher.dna import Frequencies, Mutation, Pedigree, Profile, ProfileTable, kinship, kinship_lr

TABLE = Frequencies({"TH01": {"6": 0.1, "7": 0.4, "9.3": 0.5}}, name="example")
CAUCASIANS = Frequencies.builtin("nist1036-cauc", rare="5/2N")
FAMILY = Pedigree([("MP", None, "mother", None), ("mother", None, None, 2)])


@pytest.fixture(scope="module")
def people() -> list[Profile]:
    return list(simulate.profiles(60, CAUCASIANS, seed=11, loci=["TH01", "TPOX", "CSF1PO", "D16S539"]))


def person(id: str, *alleles: object) -> Profile:
    return Profile(id, {"TH01": alleles})  # type: ignore[dict-item]


def test_a_parent_by_hand() -> None:
    table = ProfileTable([person("A", "6", "7"), person("B", "7", "9.3"), person("C", "6", "6")])
    answer = table.search_relatives(person("parent", "6", "6"), "parent-child", TABLE)
    assert [(of.id, of.rank, of.row, of.loci) for of in answer] == [("C", 1, 2, 1), ("A", 2, 0, 1)]
    assert [of.score for of in answer] == pytest.approx([math.log10(10), math.log10(5)])
    assert (answer.score_kind, answer.searched, answer.not_comparable, answer.not_searched) == ("log10_lr", 3, 0, 0)
    assert (answer.complete, answer.loci, answer.not_counted, answer.population) == (True, ("TH01",), {}, "example")
    assert answer.question == 'parent-child of "parent" against unrelated'
    assert (answer.theta, answer.mutation, answer.prune_untyped, answer.rare) == (0.0, None, False, None)
    assert answer.method.name == "kinship-search"
    [best] = table.search_relatives(person("parent", "6", "6"), "parent-child", TABLE, limit=1)
    assert (best.subject_id, best.profile_id, best.log10_lr) == ("C", "C", best.score)
    assert "log10 LR +1.000" in repr(best)
    mutated = table.search_relatives(person("parent", "6", "6"), (0, 1, 0), TABLE, min_log10_lr=0.9)
    assert [of.id for of in mutated] == ["C"]


def test_numbers_are_those_of_the_single_case(people: list[Profile]) -> None:
    probe, table = people[3], ProfileTable(people)
    keywords = {"theta": 0.01, "mutation": Mutation.stepwise(0.002, 1e-6, 0.1)}
    for relation in ("full-siblings", "parent-child", "half-siblings", (0.2, 0.6, 0.2)):
        if not isinstance(relation, str):
            keywords = {"theta": 0.01}
        answer = table.search_relatives(probe, relation, CAUCASIANS, limit=5, exclude=[probe.id], **keywords)  # type: ignore[arg-type]
        assert len(answer) == 5
        for candidate in answer:
            case = kinship_lr(probe, table[candidate.row], relation, CAUCASIANS, **keywords)  # type: ignore[arg-type]
            assert candidate.score == case.log10_lr
            assert candidate.evidence() == case
        assert answer.mutation == keywords.get("mutation")
    itself = table.search_relatives(probe, "identical", CAUCASIANS, limit=1)[0]
    assert itself.id == probe.id
    evidence = itself.evidence()
    assert isinstance(evidence, dna.PairwiseKinship)
    assert evidence.log10_lr == itself.score


def test_a_family_that_misses_somebody(people: list[Profile]) -> None:
    mother = people[0]
    child = Profile(
        "remains",
        {locus: (a, b) for (locus, (a, _)), (b, _) in zip(mother.loci.items(), people[1].loci.values(), strict=True)},
    )
    gallery = Gallery.in_memory()
    for one in [*people[2:], child]:
        gallery.enrol(f"body of {one.id}", dna=[one])
    answer = gallery.search_relatives(FAMILY, "MP", CAUCASIANS, profiles={"mother": mother}, theta=0.01)
    best = answer[0]
    assert (best.subject_id, best.profile_id) == ("body of remains", "remains")
    report = best.evidence()
    assert isinstance(report, dna.KinshipReport)
    assert report.log10_lr == best.score
    unrelated = [("MP", None, None, None), ("mother", None, None, 2)]
    same = kinship({"related": FAMILY, "unrelated": unrelated}, {"mother": mother, "MP": child}, CAUCASIANS, theta=0.01)
    assert best.score == pytest.approx(same.log10_lr, rel=1e-12)
    named = Profile("mother", mother.loci)
    assert gallery.search_relatives(FAMILY, "MP", CAUCASIANS, profiles=[named], theta=0.01) == answer
    assert answer != gallery.search_relatives(FAMILY, "MP", CAUCASIANS, profiles=[named])
    without = gallery.search_relatives(FAMILY, "MP", CAUCASIANS, profiles=[named], exclude=["body of remains"])
    assert "body of remains" not in [of.subject_id for of in without]
    gallery.close()
    assert best.evidence() == report
    with pytest.raises(ValueError, match="closed"):
        gallery.search_relatives(FAMILY, "MP", CAUCASIANS, profiles=[named])


def test_answers_as_tables_and_documents(people: list[Profile]) -> None:
    answer = ProfileTable(people).search_relatives(people[3], "full-siblings", CAUCASIANS, limit=3)
    document = json.loads(json.dumps(answer.to_dict()))
    assert [of["id"] for of in document["candidates"]] == [of.id for of in answer]
    assert document["score_kind"] == "log10_lr"
    assert answer[-1].rank == 3
    assert repr(answer).startswith('<RelativeList: 3 candidates, best "P0000004" log10 LR +')
    assert "<td>P0000004</td>" in answer._repr_html_()
    pandas = pytest.importorskip("pandas")
    frame = answer.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == ["rank", "subject_id", "profile_id", "log10_lr", "loci"]
    with pytest.raises(IndexError):
        answer[3]


def test_time_threads_and_progress(people: list[Profile]) -> None:
    table = ProfileTable(people)
    one = table.search_relatives(people[3], "full-siblings", CAUCASIANS, threads=1)
    told: list[tuple[int, int]] = []
    answer = table.search_relatives(
        people[3], "full-siblings", CAUCASIANS, threads=2, progress=lambda done, total: told.append((done, total))
    )
    assert answer == one
    assert told[-1] == (60, 60)
    event = threading.Event()
    event.set()
    cancelled = table.search_relatives(people[3], "full-siblings", CAUCASIANS, cancel=event)
    assert (cancelled.complete, cancelled.not_searched) == (False, 60)


def test_wrong_questions_say_what(people: list[Profile]) -> None:
    table = ProfileTable(people)
    mother = {"mother": people[0]}
    wrong: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
        ((people[0], "cousin", CAUCASIANS), {}, 'relation is "cousin"'),
        ((people[0], "identical", CAUCASIANS), {"profiles": mother}, "profiles is given"),
        ((FAMILY, "X", CAUCASIANS), {"profiles": mother}, 'missing person is "X", expected a person of the pedigree'),
        ((FAMILY, "mother", CAUCASIANS), {"profiles": mother}, "somebody without a profile"),
        ((FAMILY, "MP", CAUCASIANS), {}, "profiles of relatives is 0"),
        ((FAMILY, "MP", CAUCASIANS), {"profiles": people[:1]}, "expected the id of a person of the pedigree"),
        ((people[0], "identical", CAUCASIANS), {"limit": -1}, "limit is -1"),
        ((people[0], "identical", CAUCASIANS), {"min_log10_lr": math.nan}, "least log10 LR is NaN"),
        ((people[0], "identical", CAUCASIANS), {"dropout": {"X": 0.1}}, 'of "X", who has no profile'),
        ((people[0], "identical", TABLE), {}, "frequency of allele"),
    ]
    for arguments, keywords, message in wrong:
        with pytest.raises(MatcherError, match=message):
            table.search_relatives(*arguments, **keywords)
    wrong = [
        ((5, "identical", CAUCASIANS), {}, "kin is int"),
        ((people[0], 5, CAUCASIANS), {}, "relation is int"),
        ((FAMILY, 5, CAUCASIANS), {"profiles": mother}, "relation is int, expected the id"),
        ((people[0], "identical", CAUCASIANS), {"tetha": 0.1}, "unexpected keyword argument 'tetha'"),
    ]
    for arguments, keywords, message in wrong:
        with pytest.raises(TypeError, match=message):
            table.search_relatives(*arguments, **keywords)
