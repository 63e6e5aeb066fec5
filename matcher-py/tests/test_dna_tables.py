"""Tables of profiles: from profiles, columns and data frames, and their search."""

import json
import pickle
import threading
from typing import Any

import pytest
from dna_examples import PERSON, person
from matcher import MatcherError, simulate
from matcher.dna import Profile, ProfileIndex, ProfileTable, Rule, compare

LOCI = tuple(PERSON)


@pytest.fixture(scope="module")
def people() -> list[Profile]:
    """Three hundred people of a population, every third profile partial."""
    made = simulate.profiles(300, "nist1036-cauc", seed=11, partial=0.33, drop_out=0.1, locus_missing=0.05)
    return list(made)


@pytest.fixture(scope="module")
def table(people: list[Profile]) -> ProfileTable:
    return ProfileTable(people)


def test_what_goes_in_comes_out(people: list[Profile], table: ProfileTable) -> None:
    odd = [
        Profile("mixture", {"FGA": (20, 21, 22)}, kind="mixture"),
        Profile("marks", {"FGA": ("25>", "OL"), "TH01": ("9.X", "*")}, category="Arrestee"),
        Profile("one copy", {"DYS391": (10,), "DXS8378": (11,)}),
        Profile("nothing", {}),
    ]
    both = ProfileTable(iter(people + odd))
    assert len(both) == len(people) + 4
    assert list(both)[300:] == odd
    for back, profile in zip(both, people + odd, strict=True):
        assert (back.id, back.loci, back.is_partial) == (profile.id, profile.loci, profile.is_partial)
    assert both[-1] == odd[-1]
    assert both.ids == [profile.id for profile in people + odd]
    assert len(table.loci) == 29
    with pytest.raises(IndexError, match="profile 300 of 300"):
        table[300]


def test_empty_tables() -> None:
    for empty in (ProfileTable(), ProfileTable([])):
        assert len(empty) == 0
        assert list(empty) == []
        answer = empty.search(person(), "high")
        assert (len(answer), answer.searched, answer.complete) == (0, 0, True)
    assert list(ProfileTable([Profile("a", {})])) == [Profile("a", {})]
    for wrong in (person(), 7, ["a"], [None]):
        with pytest.raises(TypeError, match="expected profiles, found "):
            ProfileTable(wrong)  # type: ignore[arg-type]


def test_a_search_finds_what_comparing_everything_finds(people: list[Profile], table: ProfileTable) -> None:
    for name in ("high", "codis_moderate", "low", "prum"):
        probe = people[17]
        compared = [compare(probe, profile, name) for profile in people]
        answer = table.search(probe, name, limit=1000)
        assert {candidate.row for candidate in answer} == {k for k, found in enumerate(compared) if found.hit}
        assert answer.hits == len(answer)
        assert answer.not_comparable == sum(found.outcome == "not_comparable" for found in compared)
        assert answer.searched + answer.not_comparable == len(people)
        for candidate in answer:
            assert candidate.evidence() == compared[candidate.row]
            assert candidate.score == candidate.evidence().matches
            assert candidate.id == candidate.subject_id == candidate.profile_id == people[candidate.row].id
        assert [candidate.rank for candidate in answer] == list(range(1, len(answer) + 1))


def test_many_probes_threads_and_an_index_change_nothing(people: list[Profile], table: ProfileTable) -> None:
    probes = people[:40]
    alone = [table.search(probe, "codis_moderate", frequencies="nist1036-cauc") for probe in probes]
    for threads in (None, 1, 3):
        assert table.search_many(probes, "codis_moderate", frequencies="nist1036-cauc", threads=threads) == alone
    index = ProfileIndex(table)
    assert index.indexed + index.scanned == len(index) == len(table)
    looked_up = index.search_many(probes, "codis_moderate", frequencies="nist1036-cauc")
    for found, expected in zip(looked_up, alone, strict=True):
        assert found.to_dict()["candidates"] == expected.to_dict()["candidates"]
    one = index.search(probes[3], "codis_moderate", exclude=[probes[3].id])
    assert probes[3].id not in [candidate.id for candidate in one]
    assert alone[0].by == {"by": "scan", "reason": None}
    assert table.search_many([], "high") == []


def test_limit_exclude_and_categories() -> None:
    profiles = [Profile(f"P{k}", PERSON, category="Arrestee" if k % 2 else None) for k in range(10)]
    table = ProfileTable(profiles)
    answer = table.search(person(), "high", 3)
    assert (len(answer), answer.hits, answer.searched) == (3, 10, 10)
    assert len(table.search(person(), "high", limit=0)) == 0
    answer = table.search(person(), "high", exclude=["P3", "P4"], categories=["arrestee"])
    assert [candidate.id for candidate in answer] == ["P1", "P5", "P7", "P9"]
    assert answer.searched == 4
    for wrong in ({"exclude": "P3"}, {"categories": "Arrestee"}, {"exclude": [3]}):
        with pytest.raises(TypeError, match="expected an iterable of str"):
            table.search(person(), "high", **wrong)
    for keywords, message in [
        ({"limit": -1}, "limit is -1"),
        ({"categories": ["nobody"]}, 'category is "nobody"'),
        ({"deadline": -1.0}, "deadline is -1"),
        ({"threads": 0}, "threads is 0"),
        ({"theta": 1.0}, "theta is 1"),
        ({"frequencies": "mars"}, 'built-in table is "mars"'),
    ]:
        with pytest.raises(MatcherError, match=message):
            table.search(person(), "high", **keywords)  # type: ignore[arg-type]


def test_a_probe_of_which_nothing_can_be_compared_is_an_error() -> None:
    table = ProfileTable([person()])
    for probe in (Profile("p", {}), Profile("p", {"DYS391": (10,)})):
        with pytest.raises(MatcherError):
            table.search(probe, "high")


def test_frequencies_say_how_often_chance_agrees(people: list[Profile], table: ProfileTable) -> None:
    [with_table] = table.search(people[0], "high", frequencies="nist1036-cauc")
    assert with_table.log10_rmp is not None
    assert with_table.log10_rmp < -20
    assert with_table.adventitious is not None
    assert 0 < with_table.adventitious < 1e-18
    [higher] = table.search(people[0], "high", frequencies="nist1036-cauc", theta=0.03)
    assert higher.log10_rmp is not None
    assert higher.log10_rmp > with_table.log10_rmp
    [without] = table.search(people[0], "high")
    assert (without.log10_rmp, without.adventitious) == (None, None)


def test_progress_cancel_and_deadline(people: list[Profile], table: ProfileTable) -> None:
    told: list[tuple[int, int]] = []
    table.search(people[0], "high", threads=1, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (300, 300)
    event = threading.Event()
    event.set()
    answer = table.search(people[0], "high", cancel=event)
    assert (answer.complete, answer.searched, answer.not_searched, len(answer)) == (False, 0, 300, 0)
    assert not table.search(people[0], "high", deadline=0.0).complete

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        table.search(people[0], "high", progress=stop)
    with pytest.raises(TypeError, match="progress is int"):
        table.search(people[0], "high", progress=7)  # type: ignore[arg-type]


def test_searches_run_beside_each_other(people: list[Profile], table: ProfileTable) -> None:
    expected = table.search(people[5], "codis_moderate")
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(table.search(people[5], "codis_moderate"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 8


def test_answers_as_data(people: list[Profile], table: ProfileTable) -> None:
    loose = Rule("low", min_loci=5, max_mismatches=25, name="loose")
    answer = table.search(people[3], loose, limit=5, frequencies="nist1036-cauc")
    assert pickle.loads(pickle.dumps(answer)) == answer
    document = json.loads(json.dumps(answer.to_dict()))
    assert document["hits"] == answer.hits
    assert document["score_kind"] == answer.score_kind == "agreeing_loci"
    assert document["candidates"][0]["evidence"]["loci"] == answer[0].evidence().loci
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    frame = answer.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["subject_id"].tolist() == [candidate.subject_id for candidate in answer]
    assert frame["score"].tolist() == [candidate.score for candidate in answer]
    assert frame["log10_rmp"].tolist() == [candidate.log10_rmp for candidate in answer]
    arrow = answer.to_arrow()
    assert isinstance(arrow, pyarrow.Table)
    assert arrow.column_names == list(frame.columns)
    html = table.search(people[3], loose, limit=5)._repr_html_()
    assert html.count("<tr>") == 6
    assert answer[-1].rank == 5
    with pytest.raises(IndexError, match="candidate 5 of 5"):
        answer[5]
    assert "hits" in repr(answer)
    assert repr(answer[0]).startswith('<DnaCandidate 1: "P0000004", ')


def test_ids_are_escaped_where_they_are_shown() -> None:
    answer = ProfileTable([Profile('<b>&"', PERSON)]).search(person(), "high")
    assert "&lt;b&gt;&amp;&quot;" in answer._repr_html_()


def test_who_is_in_a_table_twice(people: list[Profile]) -> None:
    again = [Profile("again", people[3].loci), Profile("once more", people[3].loci), Profile("twin", people[5].loci)]
    table = ProfileTable(people[:50] + again)
    links = table.find_duplicates("codis_moderate")
    whole = [{"P0000004", "again", "once more"}, {"P0000006", "twin"}]
    assert [set(cluster) for cluster in links.clusters()] == whole
    assert {(a, b) for a, b in links.records} == {(3, 50), (3, 51), (50, 51), (5, 52)}
    assert (links.found, len(links), links.searched + links.not_comparable) == (4, 4, 53)
    assert links == table.find_duplicates("codis_moderate", threads=1) == pickle.loads(pickle.dumps(links))
    assert json.loads(json.dumps(links.to_dict()))["found"] == 4
    assert len(table.find_duplicates("codis_moderate", 1)) == 1
    assert table.find_duplicates("codis_moderate", exclude=["again", "once more"]).clusters() == [["P0000006", "twin"]]
    event = threading.Event()
    event.set()
    assert not table.find_duplicates("codis_moderate", cancel=event).complete
    assert "4 found" in repr(links)
