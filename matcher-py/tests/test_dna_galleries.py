"""Galleries that hold DNA profiles beside prints."""

import threading

import pytest
from dna_examples import PERSON, person
from matcher import AlreadyEnrolledError, Gallery, simulate
from matcher.dna import Profile, Rule
from matcher.fingerprint import Template

RULE = Rule("high", min_loci=6, name="six")


@pytest.fixture
def people() -> list[Profile]:
    return list(simulate.profiles(40, "nist1036-cauc", seed=21))


@pytest.fixture
def dna_gallery(people: list[Profile]) -> Gallery:
    """Forty people, of some of whom there are two profiles."""
    gallery = Gallery.in_memory()
    with gallery.batch() as batch:
        for k, profile in enumerate(people):
            again = [Profile("again", profile.loci)] if k % 4 == 0 else []
            batch.enrol(f"S{k}", dna=[profile, *again])
    return gallery


def test_prints_and_profiles_of_one_subject(fingers: list[list[Template]], people: list[Profile]) -> None:
    gallery = Gallery.in_memory()
    gallery.enrol("both", fingers[0][:1], dna=people[:2])
    gallery.enrol("one profile", dna=people[2])
    gallery.enrol("prints", fingers[1][0])
    assert gallery.get("both").dna == people[:2]
    assert gallery.get("both").fingerprints == fingers[0][:1]
    assert gallery.get("one profile").dna == [people[2]]
    assert gallery.get("prints").dna == []
    assert gallery.stats()["profiles"] == 3
    assert repr(gallery) == "<Gallery in memory: 3 subjects, 2 prints, 3 DNA profiles>"
    assert repr(gallery.get("both")) == '<Subject "both": 1 prints, 2 DNA profiles>'
    assert gallery.search(fingers[0][1])[0].subject_id == "both"
    with pytest.raises(AlreadyEnrolledError):
        gallery.enrol("both", dna=people[3])
    with pytest.raises(TypeError, match="expected profiles"):
        gallery.enrol("x", dna=["profile"])  # type: ignore[list-item]
    assert "x" not in gallery


def test_a_subject_is_listed_once(dna_gallery: Gallery, people: list[Profile]) -> None:
    answer = dna_gallery.search_dna(people[8], "codis_moderate", frequencies="nist1036-cauc")
    assert [candidate.subject_id for candidate in answer] == ["S8"]
    [candidate] = answer
    assert candidate.profile_id in (people[8].id, "again")
    assert candidate.score == candidate.evidence().matches == 29
    assert candidate.log10_rmp is not None
    assert answer.hits == 1
    assert answer.searched == 50
    assert answer.score_kind == "agreeing_loci"


def test_many_searches_are_single_ones(dna_gallery: Gallery, people: list[Profile]) -> None:
    alone = [dna_gallery.search_dna(profile, RULE) for profile in people]
    assert dna_gallery.search_dna_many(people, RULE) == alone
    assert dna_gallery.search_dna_many(people, RULE, threads=1) == alone
    assert [answer[0].subject_id for answer in alone] == [f"S{k}" for k in range(40)]


def test_who_is_removed_or_left_out_is_not_found(dna_gallery: Gallery, people: list[Profile]) -> None:
    assert len(dna_gallery.search_dna(people[8], RULE, exclude=["S8"])) == 0
    dna_gallery.remove("S8")
    answer = dna_gallery.search_dna(people[8], RULE)
    assert (len(answer), answer.searched, answer.complete) == (0, 48, True)
    dna_gallery.enrol("new", dna=people[8])
    assert dna_gallery.search_dna(people[8], RULE)[0].subject_id == "new"
    assert [c.subject_id for c in dna_gallery.search_dna(people[9], RULE)] == ["S9"]


def test_categories(people: list[Profile]) -> None:
    gallery = Gallery.in_memory()
    gallery.enrol("a", dna=Profile("1", PERSON, category="Arrestee"))
    gallery.enrol("b", dna=Profile("2", PERSON, category="Staff"))
    assert [c.subject_id for c in gallery.search_dna(person(), RULE, categories=["staff"])] == ["b"]
    assert [c.subject_id for c in gallery.search_dna(person(), RULE, 1)] == ["a"]


def test_closed_galleries_and_cancelled_searches(dna_gallery: Gallery, people: list[Profile]) -> None:
    event = threading.Event()
    event.set()
    assert not dna_gallery.search_dna(people[0], RULE, cancel=event).complete
    told: list[tuple[int, int]] = []
    dna_gallery.search_dna(people[0], RULE, threads=1, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (50, 50)
    dna_gallery.close()
    with pytest.raises(ValueError, match="closed"):
        dna_gallery.search_dna(people[0], RULE)


def test_a_gallery_may_change_while_it_is_searched(dna_gallery: Gallery, people: list[Profile]) -> None:
    def change(done: int, total: int) -> None:
        if "late" not in dna_gallery:
            dna_gallery.enrol("late", dna=people[3])

    answer = dna_gallery.search_dna(people[3], RULE, progress=change)
    assert [c.subject_id for c in answer] == ["S3"]
    assert {c.subject_id for c in dna_gallery.search_dna(people[3], RULE)} == {"S3", "late"}
