"""`matcher convert`: every format into every other, and what is lost is said."""

from pathlib import Path

import numpy as np
import pytest
from command import Capture, Fingers, json_of
from matcher.cli.app import run
from matcher.fingerprint import FORMATS, Template, format_of, losses, read, write


@pytest.fixture
def source(tmp_path: Path, fingers: Fingers) -> Path:
    """A record of one print, small enough for every format."""
    m = fingers[3][0].minutiae
    inside = (m["x"] < 400) & (m["y"] < 400)
    m = m[inside]
    print_ = Template.from_arrays(
        m["x"].round(),
        m["y"].round(),
        m["direction"],
        kind=m["kind"],
        quality=np.full(len(m), 0.6),
        width=420,
        height=420,
    )
    path = tmp_path / "print.fmr"
    write(print_, path)
    return path


@pytest.fixture
def two(tmp_path: Path, source: Path) -> Path:
    """A record of two views."""
    [only] = read(source)
    path = tmp_path / "two.fmr"
    write([only, only], path)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_every_format(name: str, source: Path, tmp_path: Path, capfd: Capture) -> None:
    target = tmp_path / "converted"
    code, document = json_of(capfd, "convert", source, target, "--format", name)
    assert (code, document["format"]) == (0, name)
    assert document["written"] == [{"file": str(target), "views": [0]}]
    [before], [after] = read(source), read(target, name)
    assert document["lost"] == [{"view": 0, "changes": losses(before, name)}]
    assert len(after) == len(before)
    assert format_of(target) == name
    # And back again, from a name or found out.
    back = tmp_path / "back.fmr"
    code, document = json_of(capfd, "convert", target, back, "--from", name)
    assert (code, document["format"]) == (0, FORMATS[0])
    assert len(read(back)[0]) == len(before)


def test_the_format_is_that_of_the_extension(source: Path, tmp_path: Path, capfd: Capture) -> None:
    for extension, name in (("xyt", "xyt"), ("an2k", "an2k-efs"), ("ansi", "incits378-2004"), ("isocc", FORMATS[6])):
        target = tmp_path / f"a.{extension}"
        assert run(["convert", str(source), str(target)]) == 0
        assert format_of(target) == name
    capfd.readouterr()
    assert run(["convert", str(source), str(tmp_path / "a.what")]) == 2
    assert "expected one of iso19794-2:2005" in capfd.readouterr().err


def test_what_is_lost_is_said_on_stderr(source: Path, tmp_path: Path, capfd: Capture) -> None:
    assert run(["convert", str(source), str(tmp_path / "a.isocc")]) == 0
    out, err = capfd.readouterr()
    assert "see the notes" in out
    assert "note: image size: lost (420 x 420)" in err
    assert "note: quality of minutiae: lost in" in err
    assert "note: directions: turned by up to" in err


def test_nothing_is_replaced_unless_forced(source: Path, tmp_path: Path, capfd: Capture) -> None:
    target = tmp_path / "a.xyt"
    target.write_text("1 2 3\n")
    code, document = json_of(capfd, "convert", source, target)
    assert code == 2
    assert document["error"]["message"] == f"{target}: is there already; --force replaces it"
    assert target.read_text() == "1 2 3\n"
    assert json_of(capfd, "convert", source, target, "--force")[0] == 0
    assert len(read(target)[0]) > 1
    assert json_of(capfd, "convert", source, source, "--force")[0] == 2


def test_several_views_go_into_a_folder_where_a_file_holds_one(two: Path, tmp_path: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "convert", two, tmp_path / "a.xyt")
    assert code == 2
    assert "number of views is 2" in document["error"]["message"]
    folder = tmp_path / "out"
    folder.mkdir()
    code, document = json_of(capfd, "convert", two, folder, "--format", "xyt")
    assert code == 0
    assert sorted(file.name for file in folder.iterdir()) == ["two-0.xyt", "two-1.xyt"]
    code, document = json_of(capfd, "convert", two, folder, "--format", "incits378-2009")
    assert document["written"] == [{"file": str(folder / "two.fmr"), "views": [0, 1]}]
    assert json_of(capfd, "convert", two, tmp_path / "one.xyt", "--view", 1)[0] == 0
    assert json_of(capfd, "convert", two, tmp_path / "none.xyt", "--view", 2)[0] == 2


def test_minutiae_of_a_card_need_the_name_of_their_format(tmp_path: Path, capfd: Capture) -> None:
    card = tmp_path / "card.bin"
    card.write_bytes(bytes([10, 20, 0x41, 30, 40, 0x82]))
    assert json_of(capfd, "convert", card, tmp_path / "a.fmr")[0] == 2
    code, _ = json_of(capfd, "convert", card, tmp_path / "a.fmr", "--from", "iso19794-2-card-compact", "--dpi", 508)
    assert code == 0
    [found] = read(tmp_path / "a.fmr")
    assert found.minutiae["x"].tolist() == [20, 60]
