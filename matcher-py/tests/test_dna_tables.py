"""Tables of profiles: from profiles, columns and data frames, and their search."""

import json
import pickle
import threading
from typing import Any

import numpy as np
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
    assert {(a, b) for a, b in links.rows} == {(3, 50), (3, 51), (50, 51), (5, 52)}
    assert (links.found, len(links), links.searched + links.not_comparable) == (4, 4, 53)
    assert links == table.find_duplicates("codis_moderate", threads=1) == pickle.loads(pickle.dumps(links))
    assert json.loads(json.dumps(links.to_dict()))["found"] == 4
    assert len(table.find_duplicates("codis_moderate", 1)) == 1
    assert table.find_duplicates("codis_moderate", exclude=["again", "once more"]).clusters() == [["P0000006", "twin"]]
    event = threading.Event()
    event.set()
    assert not table.find_duplicates("codis_moderate", cancel=event).complete
    assert "4 pairs found" in repr(links)


COLUMNS = {
    "TH01": (["6", "9.3", None, "7"], ["9.3", "9.3", None, "-"]),
    "FGA": (["21", "22.2", "20", "25>"], ["21", "30", None, "18"]),
    "DYS391": (["10", None, "11", "10"], [None, None, None, "12"]),
}
EXPECTED = [
    {"FGA": ("21", "21"), "TH01": ("6", "9.3"), "DYS391": ("10",)},
    {"FGA": ("22.2", "30"), "TH01": ("9.3", "9.3")},
    {"FGA": ("20", "-"), "DYS391": ("11",)},
    {"FGA": ("18", "25>"), "TH01": ("7", "-"), "DYS391": ("10", "12")},
]


def columns(kind: str) -> dict[str, tuple[Any, ...]]:
    """The columns above, as a library has them."""

    def made(values: Any) -> Any:
        if kind == "list":
            return values
        if kind == "numpy object":
            return np.array(values, dtype=object)
        if kind == "numpy text":
            return np.array([value or "" for value in values])
        if kind == "numpy text, other byte order":
            return np.array([value or "" for value in values]).astype(">U8")
        if kind == "masked":
            return np.ma.masked_array([value or "x" for value in values], [value is None for value in values])
        library = pytest.importorskip(kind.partition(" ")[0])
        if kind == "pandas object":
            return library.Series(values, dtype=object, index=[3, 2, 1, 0])
        if kind == "pandas string":
            return library.Series(values, dtype="string")
        if kind == "pandas category":
            return library.Series(values, dtype="category")
        if kind == "polars string":
            return library.Series(values, dtype=library.String)
        if kind == "polars categorical":
            return library.Series(values, dtype=library.Categorical)
        if kind == "pyarrow array":
            return library.array(values, library.string())
        if kind == "pyarrow chunks":
            return library.chunked_array([values[:1], values[1:]], library.string())
        assert kind == "pyarrow dictionary"
        return library.chunked_array([values[:2], values[2:]], library.string()).dictionary_encode()

    return {locus: tuple(made(values) for values in pair) for locus, pair in COLUMNS.items()}


@pytest.mark.parametrize(
    "kind",
    [
        "list",
        "numpy object",
        "numpy text",
        "numpy text, other byte order",
        "masked",
        "pandas object",
        "pandas string",
        "pandas category",
        "polars string",
        "polars categorical",
        "pyarrow array",
        "pyarrow chunks",
        "pyarrow dictionary",
    ],
)
def test_columns_of_every_library(kind: str) -> None:
    table = ProfileTable.from_columns(["a", "b", "c", "d"], columns(kind))
    assert [profile.loci for profile in table] == EXPECTED
    assert table.ids == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "float16", "int64", "int8", "uint16", ">f8", "Float64", "Int64"]
)
def test_columns_of_numbers(dtype: str) -> None:
    whole = "int" in dtype.lower()
    first, second = ([6, 7, 8], [9, 7, 8]) if whole else ([6, 9.3, np.nan], [9.3, 9.3, np.nan])
    if dtype[0].isupper():
        pandas = pytest.importorskip("pandas")
        pair = [
            pandas.Series([None if value != value else value for value in side], dtype=dtype)
            for side in (first, second)
        ]
    else:
        pair = [np.array(side, dtype=dtype) for side in (first, second)]
    table = ProfileTable.from_columns(np.array([1, 2, 3]), {"TH01": tuple(pair)})
    expected = [("6", "9"), ("7", "7"), ("8", "8")] if whole else [("6", "9.3"), ("9.3", "9.3"), None]
    assert [profile.loci.get("TH01") for profile in table] == expected
    assert table.ids == ["1", "2", "3"]


def test_columns_that_are_views() -> None:
    both = np.array([[6.0, 9.3], [7.0, 8.0]])
    table = ProfileTable.from_columns(["a", "b"], {"TH01": (both[:, 0], both[:, 1])})
    assert [profile.loci["TH01"] for profile in table] == [("6", "9.3"), ("7", "8")]
    record = np.zeros(2, dtype=[("pad", "u1"), ("x", "f8")])
    record["x"] = [6, 7]
    table = ProfileTable.from_columns(["a", "b"], {"TH01": (record["x"], record["x"])})
    assert [profile.loci["TH01"] for profile in table] == [("6", "6"), ("7", "7")]


def test_more_than_two_columns_and_more_than_a_panel_holds() -> None:
    table = ProfileTable.from_columns(["a", "b"], {"FGA": ([20, 20], [21, None], [22, None])})
    assert [profile.loci["FGA"] for profile in table] == [("20", "21", "22"), ("20", "-")]
    snps: dict[str, tuple[list[str], list[str]]] = {f"rs{k}": (["A", "A"], ["C", "A"]) for k in range(70)}
    table = ProfileTable.from_columns(["a", "b"], snps)
    assert len(table.loci) == 64
    assert [len(profile) for profile in table] == [70, 70]
    assert table.search(table[0], Rule("high", min_loci=70))[0].score == 70


def test_more_alleles_than_a_column_of_a_panel_holds() -> None:
    alleles = [10 + k / 10 for k in range(300)]
    table = ProfileTable.from_columns([str(k) for k in range(300)], {"SE33": (alleles, alleles[::-1])})
    assert all(len(profile.loci["SE33"]) == 2 for profile in table)
    assert table[299].loci["SE33"] == ("10", "39.9")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([6.0, 9.30000001], 'row 1, TH01: allele is "9.30000001"'),
        (np.array([6.0, 9.30000001]), 'row 1, TH01: allele is "9.30000001"'),
        (np.array([6.0, 9.35], dtype="float32"), 'row 1, TH01: allele is "9.35"'),
        (np.array([6.0, np.inf]), 'row 1, TH01: allele is "+inf"'),
        (np.array([6, 0]), 'row 1, TH01: allele is "0"'),
        (np.array([6, -9]), 'row 1, TH01: allele is "-9"'),
        (np.array(["6", "9,3"]), 'row 1, TH01: allele is "9,3"'),
        (["6", "9,3"], 'row 1, TH01: allele is "9,3"'),
        ([6], "rows at TH01 is 1, expected 2, one for each id"),
        (np.zeros((2, 2)), "a column is 2-dimensional"),
    ],
)
def test_wrong_columns_name_the_row(values: Any, message: str) -> None:
    with pytest.raises(MatcherError) as caught:
        ProfileTable.from_columns(["a", "b"], {"TH01": (values, ["6", "7"])})
    assert message in str(caught.value)


def test_words_for_nothing_are_no_names_of_alleles() -> None:
    for column in (["NA", "null", "n/a", "NaN", "None"], np.array(["NA", "null", "n/a", "NaN", "None"])):
        table = ProfileTable.from_columns(list("abcde"), {"TH01": (["6"] * 5, column)})
        assert [profile.loci["TH01"] for profile in table] == [("6", "-")] * 5


def test_what_is_no_column() -> None:
    for column in (None, "67", 7, [True, False], np.array([True, False])):
        with pytest.raises(TypeError):
            ProfileTable.from_columns(["a", "b"], {"TH01": (column, ["6", "7"])})
    with pytest.raises(TypeError, match="columns of TH01 are str"):
        ProfileTable.from_columns(["a"], {"TH01": "6"})
    with pytest.raises(TypeError, match="ids are str"):
        ProfileTable.from_columns("a", {"TH01": (["6"], ["7"])})
    with pytest.raises(MatcherError, match="row 1: profile id is "):
        ProfileTable.from_columns(["a", "x" * 256], {"TH01": ([6, 6], [7, 7])})
    with pytest.raises(MatcherError, match="id in row 0 is float"):
        ProfileTable.from_columns([1.5], {"TH01": ([6], [7])})
    with pytest.raises(MatcherError, match="number of loci is 0"):
        ProfileTable.from_columns(["a"], {})


def test_a_table_from_columns_is_searched_like_one_from_profiles(people: list[Profile]) -> None:
    loci = sorted({locus for profile in people for locus in profile.loci})
    pairs = {
        locus: tuple([profile.loci.get(locus, ("-", "-"))[k] for profile in people] for k in (0, 1)) for locus in loci
    }
    table = ProfileTable.from_columns([profile.id for profile in people], pairs)
    for probe in people[:20]:
        expected = [c.id for c in ProfileTable(people).search(probe, "codis_moderate")]
        assert [c.id for c in table.search(probe, "codis_moderate")] == expected


def test_data_frames_of_every_library() -> None:
    data = {
        "sample": ["a", "b"],
        "age": [30, 40],
        "THO1_1": [6.0, 7.0],
        "THO1_2": [9.3, None],
        "D3S1358.1": [15, 16],
        "D3S1358.2": [16, 16],
        "FGA": ["21", "22"],
        "FGA.1": ["22", "22"],
        "DYS385a": [11, 12],
        "DYS385 b": [14, 14],
        "DYS391": [10, 11],
    }
    expected = [
        {"D3S1358": ("15", "16"), "FGA": ("21", "22"), "TH01": ("6", "9.3"), "DYS391": ("10",), "DYS385": ("11", "14")},
        {"D3S1358": ("16", "16"), "FGA": ("22", "22"), "TH01": ("7", "-"), "DYS391": ("11",), "DYS385": ("12", "14")},
    ]
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    for frame in (data, pandas.DataFrame(data), polars.DataFrame(data), pyarrow.table(data)):
        table = ProfileTable.from_dataframe(frame, id_column="sample")
        assert [profile.loci for profile in table] == expected
        assert ProfileTable.from_dataframe(frame, "sample", loci=["TH01"]).loci == ("TH01",)
    twice = pandas.DataFrame([["a", 6, 9.3]], columns=["id", "TH01", "TH01"])
    assert ProfileTable.from_dataframe(twice, "id")[0].loci == {"TH01": ("6", "9.3")}


def test_wrong_data_frames() -> None:
    frame: dict[str, list[Any]] = {"id": ["a"], "TH01_1": [6], "TH01_2": [7]}
    for keywords, message in [
        ({"id_column": "name"}, "id column is 'name', expected one of id, TH01_1, TH01_2"),
        ({"id_column": "id", "loci": ["FGA"]}, "locus is FGA, expected one that has columns: TH01"),
    ]:
        with pytest.raises(MatcherError, match=message):
            ProfileTable.from_dataframe(frame, **keywords)  # type: ignore[arg-type]
    with pytest.raises(MatcherError, match="columns of loci is none"):
        ProfileTable.from_dataframe({"id": ["a"], "age": [3]}, "id")
    with pytest.raises(MatcherError, match="TH01-1"):
        ProfileTable.from_dataframe({**frame, "TH01-1": [8]}, "id")
    with pytest.raises(TypeError, match="df is int"):
        ProfileTable.from_dataframe(7, "id")
