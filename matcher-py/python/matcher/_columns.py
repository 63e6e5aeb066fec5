"""Columns of alleles, as numpy, pandas, polars and pyarrow have them, in the few forms that the compiled module reads.

No library is imported here: what is given has been imported already.

Examples
--------
>>> from matcher import _columns
>>> ids, loci = _columns.of_frame({"id": ["a"], "FGA_1": [21], "FGA_2": [22]}, "id")
>>> loci
{'FGA': ([21], [22])}
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from matcher._matcher import canonical_locus, is_known_locus
from matcher.errors import InvalidValueError


def prepared(column: Any) -> Any:
    """Return a column as the compiled module reads it.

    Parameters
    ----------
    column : sequence
        A list, an array or a series.

    Returns
    -------
    numpy.ndarray, tuple or iterable
        Numbers as they lie (int64, float64, float32), text of fixed width as rows of characters, codes with the values
        that they stand for, or the values one by one.
    """
    if column is None:
        raise TypeError("a column is None, expected a list, an array or a series")
    if isinstance(column, str | bytes):
        raise TypeError(f"a column is {type(column).__name__}, expected a list, an array or a series")
    library = type(column).__module__.partition(".")[0]
    if library == "pandas":
        return _of_pandas(column)
    if library == "polars":
        return _of_polars(column)
    if library == "pyarrow":
        return _of_pyarrow(column)
    return _of_numpy(column) if isinstance(column, np.ndarray) else column


def _of_numpy(column: np.ndarray[Any, Any]) -> Any:
    if column.ndim != 1:
        raise InvalidValueError(
            f"a column is {column.ndim}-dimensional, expected one dimension",
            field="column",
            value=f"{column.ndim}-dimensional",
            expected="one dimension",
        )
    if isinstance(column, np.ma.MaskedArray):
        return column.tolist()  # what is masked becomes None
    kind = column.dtype.kind
    if kind in "iu":
        return np.require(column, np.int64, "A")
    if kind == "f" and column.dtype.itemsize >= 4:
        # float32 stays: made longer, its 9.3 would be another number.
        return np.require(column, np.float32 if column.dtype.itemsize == 4 else np.float64, "A")
    if kind == "U" and column.dtype.itemsize:
        text = np.ascontiguousarray(column.astype(column.dtype.newbyteorder("="), copy=False))
        return text.view(np.uint32).reshape(len(column), -1)
    return column.astype(str).tolist() if kind == "f" else column.tolist()


def _of_pandas(column: Any) -> Any:
    pandas = sys.modules["pandas"]
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return _of_numpy(column.to_numpy())
    if column.dtype == bool or str(column.dtype) == "boolean":
        return column.tolist()
    codes, values = pandas.factorize(column)
    return np.require(codes, np.int64, "A"), list(values)


def _of_polars(column: Any) -> Any:
    polars = sys.modules["polars"]
    if column.dtype.is_numeric():
        return _of_numpy(column.to_numpy())
    if column.dtype in (polars.Categorical, polars.Enum):
        column = column.cast(polars.String)
    if column.dtype != polars.String:
        return column.to_list()
    values = column.drop_nulls().unique(maintain_order=True)
    numbers = polars.Series(range(len(values)), dtype=polars.Int64)
    codes = column.replace_strict(values, numbers, default=-1, return_dtype=polars.Int64)
    return np.require(codes.to_numpy(), np.int64, "A"), values.to_list()


def _of_pyarrow(column: Any) -> Any:
    types = sys.modules["pyarrow"].types
    if types.is_integer(column.type) or types.is_floating(column.type):
        chunked = hasattr(column, "chunks")
        return _of_numpy(column.to_numpy() if chunked else column.to_numpy(zero_copy_only=False))
    if types.is_boolean(column.type):
        return column.to_pylist()
    column = column.dictionary_encode()
    if hasattr(column, "chunks"):
        column = column.unify_dictionaries().combine_chunks()
        if hasattr(column, "chunks"):  # older ones answer an array of one chunk
            column = column.chunk(0)
    codes = column.indices.cast("int64").fill_null(-1).to_numpy(zero_copy_only=False)
    return np.require(codes, np.int64, "A"), column.dictionary.to_pylist()


def listed(column: Any) -> Iterable[Any]:
    """Return the values of a column as Python's own."""
    for method in ("to_pylist", "tolist", "to_list"):
        if hasattr(column, method):
            values: Iterable[Any] = getattr(column, method)()
            return values
    if isinstance(column, str | bytes):
        raise TypeError(f"ids are {type(column).__name__}, expected a column of them")
    values = column
    return values


_NUMBERED = re.compile(r"(?P<base>.+?)[ _.\-]+(?P<number>[0-9]{1,2}|[abAB])")
_LETTERED = re.compile(r"(?P<base>.+?)(?P<number>[abAB])")
_NUMBERED_NAMES = ("DYS389", "GATAA7", "YGATAA7")
"""Loci whose numbers are part of the name, as in DYS389.1; the readers of files have the same."""


def of_frame(
    frame: Any, id_column: object, loci: Iterable[str] | None = None
) -> tuple[Any, dict[str, tuple[Any, ...]]]:
    """Return the ids and the columns of each locus of a data frame.

    Parameters
    ----------
    frame : DataFrame, Table or dict
        A profile a row.
    id_column : str
        The column of the ids.
    loci : iterable of str, optional
        The loci to take; all that are found unless given.

    Returns
    -------
    ids : column
    loci : dict of str to tuple of columns
        By canonical name.
    """
    names, column = _columns_of(frame)
    ids = [at for at, name in enumerate(names) if name == id_column]
    if len(ids) != 1:
        raise _invalid("id column", repr(id_column), f"one of {', '.join(map(str, names)) or 'no columns'}, once")
    places = _places(names, ids[0])
    if loci is not None:
        if isinstance(loci, str):
            raise TypeError("loci is str, expected an iterable of str")
        wanted = [canonical_locus(name) for name in loci]
        for locus in wanted:
            if locus not in places:
                raise _invalid("locus", locus, f"one that has columns: {', '.join(places) or 'none has'}")
        places = {locus: places[locus] for locus in wanted}
    if not places:
        raise _invalid("columns of loci", "none", "names such as D3S1358_1 and D3S1358_2")
    return column(ids[0]), {locus: tuple(column(at) for at in found) for locus, found in places.items()}


def _columns_of(frame: Any) -> tuple[list[Any], Any]:
    """Return the names of the columns, and a function of a place that gives the column."""
    if isinstance(frame, Mapping):
        names = list(frame)
        return names, lambda at: frame[names[at]]
    if hasattr(frame, "iloc"):
        return list(frame.columns), lambda at: frame.iloc[:, at]
    if hasattr(frame, "column_names"):
        return list(frame.column_names), frame.column
    if hasattr(frame, "get_columns"):
        return list(frame.columns), lambda at: frame.get_columns()[at]
    raise TypeError(f"df is {type(frame).__name__}, expected a data frame of pandas, polars or pyarrow, or a dict")


def _places(names: list[Any], id_place: int) -> dict[str, list[int]]:
    """Return the places of the columns of each locus, by canonical name.

    As the readers of wide tables have it: a name is that of an allele where its base is a known locus or comes with
    others, else that of a locus where it is a known one.
    """
    named = [(at, name) for at, name in enumerate(names) if at != id_place and isinstance(name, str)]
    together = Counter((_numbered(name) or (name, ""))[0] for _, name in named)
    plain: dict[str, list[int]] = {}
    groups: dict[str, dict[int, int]] = {}
    for at, name in named:
        split = _numbered(name)
        if split is None or not (is_known_locus(split[0]) or together[split[0]] > 1):
            if is_known_locus(name) or (split is None and together[name] > 1):
                plain.setdefault(canonical_locus(name), []).append(at)
                continue
            letter = _LETTERED.fullmatch(name)
            if letter is None or not is_known_locus(letter["base"]):
                continue
            split = (letter["base"], letter["number"])
        number = split[1].lower()
        order = int(number) if number.isdigit() else ord(number) - ord("a") + 1
        places = groups.setdefault(canonical_locus(split[0]), {})
        if order in places:
            raise _invalid("column", name, f"one of this number; {names[places[order]]} is another")
        places[order] = at
    found = dict(plain)
    for locus, numbered in groups.items():
        found[locus] = plain.get(locus, []) + [numbered[order] for order in sorted(numbered)]
    return found


def _numbered(name: str) -> tuple[str, str] | None:
    """Return the locus and the number, or letter, of the allele that a column is named after."""
    match = _NUMBERED.fullmatch(name)
    if match is None or re.sub(r"[ _.\-]", "", match["base"]).upper() in _NUMBERED_NAMES:
        return None
    return match["base"], match["number"]


def _invalid(field: str, value: str, expected: str) -> InvalidValueError:
    return InvalidValueError(
        f"data frame: {field} is {value}, expected {expected}", "data frame", field, value, expected
    )
