"""Tables of profiles from columns and data frames of every library."""

from typing import Any

import numpy as np
import pytest
from matcher import MatcherError, simulate
from matcher.dna import ProfileTable, Rule

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
    with pytest.raises(MatcherError, match="number of columns of TH01 is 0"):
        ProfileTable.from_columns(["a"], {"TH01": ()})
    with pytest.raises(MatcherError, match="locus is TH01, expected each locus once"):
        ProfileTable.from_columns(["a"], {"TH01": ([6], [7]), "THO1": ([6], [7])})


def test_a_table_from_columns_is_searched_like_one_from_profiles() -> None:
    people = list(simulate.profiles(300, "nist1036-cauc", seed=11, partial=0.33, drop_out=0.1, locus_missing=0.05))
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


def test_numbers_of_alleles_and_numbers_in_names() -> None:
    frame = {
        "id": ["a"],
        "D1_1": [12],
        "D1_2": [13],  # not D12S391
        "DYS389.1": [13],
        "DYS389.2": [29],
        "rs7": ["A"],
        "rs7.1": ["C"],
        "DYS19_1": [14],
        "Case_1": [2026],
    }
    [profile] = ProfileTable.from_dataframe(frame, "id")
    assert profile.loci == {
        "D1S1656": ("12", "13"),
        "DYS19": ("14",),
        "DYS389I": ("13",),
        "DYS389II": ("29",),
        "rs7": ("A", "C"),
    }


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
