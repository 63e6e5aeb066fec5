"""Template files: read, write, and what is wrong with some."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matcher import FileError, InvalidValueError, MatcherError, UnknownFormatError
from matcher.fingerprint import FORMATS, Template, read, write

Fingers = list[list[Template]]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_and_recognised(name: str, tmp_path: Path, fingers: Fingers) -> None:
    template = fingers[0][0]
    path = tmp_path / "print"
    write(template, path, format=name)
    assert path.read_bytes() == template.to_bytes(name)
    [again] = read(path)
    [named] = read(path, name)
    assert again == named
    assert len(again) == len(template)


def test_the_formats_are_those_that_the_reader_names() -> None:
    with pytest.raises(InvalidValueError) as caught:
        read(b"", format="tiff")
    assert caught.value.expected == f"one of {', '.join(FORMATS)}"


def test_a_record_comes_back_equal(tmp_path: Path, fingers: Fingers) -> None:
    path = tmp_path / "print.fmr"
    write(fingers[0][0], path)
    [first] = read(path)
    write(first, path)
    assert read(path) == [first]
    assert np.array_equal(first.minutiae["x"], fingers[0][0].minutiae["x"])


def test_sources_are_paths_texts_and_bytes(tmp_path: Path, fingers: Fingers) -> None:
    path = tmp_path / "print.fmr"
    write(fingers[0][0], str(path))
    assert read(path) == read(str(path)) == read(path.read_bytes())


def test_several_views_are_one_record(tmp_path: Path, fingers: Fingers) -> None:
    views = [
        Template.from_arrays(m["x"] % 400, m["y"] % 500, m["direction"], finger_position=2, width=400, height=500)
        for m in (impression.minutiae for impression in fingers[0][:2])
    ]
    write(views, tmp_path / "two.fmr")
    again = read(tmp_path / "two.fmr")
    assert len(again) == 2
    assert [view.finger_position for view in again] == [2, 2]
    with pytest.raises(InvalidValueError):
        write([], tmp_path / "none.fmr")
    assert not (tmp_path / "none.fmr").exists()


def test_an_empty_file_a_cut_file_a_folder_and_none(tmp_path: Path, fingers: Fingers) -> None:
    record = fingers[0][0].to_bytes()
    empty, cut, text = tmp_path / "empty.fmr", tmp_path / "cut.fmr", tmp_path / "text.fmr"
    empty.write_bytes(b"")
    cut.write_bytes(record[: len(record) // 2])
    text.write_text("no record at all")
    with pytest.raises(MatcherError, match="empty"):
        read(empty)
    with pytest.raises(MatcherError, match=r"cut\.fmr"):
        read(cut)
    with pytest.raises(UnknownFormatError, match=r"text\.fmr"):
        read(text)
    with pytest.raises(FileError, match="folder"):
        read(tmp_path)
    with pytest.raises(FileError, match="nowhere"):
        read(tmp_path / "nowhere.fmr")
    with pytest.raises(FileError):
        write(fingers[0][0], tmp_path / "nowhere" / "print.fmr")


def test_a_strict_reader_raises_where_a_lenient_one_tells(fingers: Fingers) -> None:
    record = fingers[0][0].to_bytes() + b"left over"
    [template] = read(record)
    assert template.diagnostics
    with pytest.raises(InvalidValueError):
        read(record, strict=True)


def test_errors_are_of_one_tree_and_of_python_s() -> None:
    for error, base in {
        InvalidValueError: ValueError,
        FileError: OSError,
        UnknownFormatError: ValueError,
    }.items():
        assert issubclass(error, MatcherError)
        assert issubclass(error, base)


@pytest.mark.parametrize("source", [None, 7, 1.5, ["a"]])
def test_what_is_no_source_is_a_type_error(source: object) -> None:
    with pytest.raises(TypeError):
        read(source)  # type: ignore[arg-type]


@given(cut=st.integers(0, 400), at=st.integers(0, 300), value=st.integers(0, 255))
def test_damaged_records_give_templates_or_an_error_that_is_ours(cut: int, at: int, value: int) -> None:
    damaged = bytearray(RECORD[: max(0, len(RECORD) - cut)])
    if at < len(damaged):
        damaged[at] = value
    try:
        views = read(bytes(damaged))
    except MatcherError:
        return
    assert views
    assert all(len(view) <= 255 for view in views)


@given(st.binary(max_size=300))
def test_any_bytes_give_templates_or_an_error_that_is_ours(data: bytes) -> None:
    for source in (data, b"FMR\0" + data, b"FMR\0 20\0" + data):
        with contextlib.suppress(MatcherError):
            assert read(source)


RECORD = Template.from_arrays(
    np.arange(40) * 7 % 290, np.arange(40) * 9 + 5, np.arange(40) / 7, width=300, height=400
).to_bytes()
