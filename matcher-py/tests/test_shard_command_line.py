"""`matcher export`, `apply`, and `info` of a shard."""

from pathlib import Path

import pytest
from command import Capture, json_of
from matcher import Gallery
from matcher.cli.app import run


@pytest.fixture
def bureau(tmp_path: Path, folder: Path) -> Path:
    """A gallery of the folder's prints: 100_1 to 111_2."""
    path = tmp_path / "bureau"
    assert run(["enrol", str(path), str(folder)]) == 0
    return path


def test_a_shard_is_exported_searched_and_shown(tmp_path: Path, bureau: Path, folder: Path, capfd: Capture) -> None:
    capfd.readouterr()
    shard = tmp_path / "post 7"
    wish = ("--only", "103_1", "--only", "103_2", "--only", "104_1", "--exclude", "104_1", "--no-dna", "--no-records")
    code, document = json_of(capfd, "export", bureau, shard, *wish, "--max-minutiae", 60, "--not-after", "2099-12-31")
    assert (code, document["kind"], document["shard"]["subjects"]) == (0, "shard", 2)
    assert document["shard"]["not_after"] == 4102444799
    assert document["shard"]["filter"]["records"] is False
    code, info = json_of(capfd, "info", shard)
    assert (code, info["shard"], info["subjects"]) == (0, document["shard"], 2)
    assert run(["info", str(shard)]) == 0
    out = capfd.readouterr().out
    assert document["shard"]["digest"] in out
    assert "until 2099-12-31 23:59:59 UTC" in out
    assert "without DNA profiles, without records" in out
    code, found = json_of(capfd, "search", shard, folder / "103_1.fmr")
    assert (code, found["candidates"][0]["subject_id"]) == (0, "103_1")
    assert json_of(capfd, "info", bureau)[1]["shard"] is None
    code, found = json_of(capfd, "search", shard, folder / "103_1.fmr", "--exclude", "103_1")
    assert (code, found["candidates"][0]["subject_id"]) == (0, "103_2")
    assert json_of(capfd, "search", shard, folder / "103_1.fmr", "--exclude", "nobody")[0] == 2
    assert run(["verify", str(shard)]) == 0


def test_a_delta_is_applied(tmp_path: Path, bureau: Path, capfd: Capture) -> None:
    shard, delta = tmp_path / "shard", tmp_path / "delta"
    assert run(["export", str(bureau), str(shard)]) == 0
    assert run(["remove", str(bureau), "103_1"]) == 0
    assert run(["export", str(bureau), str(delta), "--base", str(shard)]) == 0
    out = capfd.readouterr().out
    assert "Delta" in out
    code, document = json_of(capfd, "apply", shard, delta)
    assert (code, document["shard"]["deltas"], document["shard"]["subjects"]) == (0, 1, 23)
    assert run(["apply", str(shard), str(delta)]) == 0
    assert "1 delta" in capfd.readouterr().out
    with Gallery.open(shard, read_only=True) as gallery:
        assert "103_1" not in gallery


def test_viewers_and_tags(tmp_path: Path, folder: Path, capfd: Capture) -> None:
    path = tmp_path / "g"
    assert run(["enrol", str(path), str(folder / "103_1.fmr"), "--owner", "NL", "--visible-to", "BE"]) == 0
    assert run(["enrol", str(path), str(folder / "103_2.fmr"), "--tag", "red"]) == 0
    capfd.readouterr()
    for name, options in (("103_1 103_2", ["--viewer", "BE"]), ("103_2", ["--tag", "red"]), ("103_2", [])):
        shard = tmp_path / f"shard {name} {len(options)} {options}"
        assert json_of(capfd, "export", path, shard, *options)[1]["shard"]["subjects"] == len(name.split())
        with Gallery.open(shard, read_only=True) as gallery:
            assert gallery.subjects() == name.split()


def test_wrong_input_writes_nothing(tmp_path: Path, bureau: Path, folder: Path, capfd: Capture) -> None:
    capfd.readouterr()
    shard = tmp_path / "shard"
    for options in (
        ["--only", "nobody"],
        ["--exclude", "nobody"],
        ["--not-after", "soon"],
        ["--not-after", "2099-12-31T12:00"],
        ["--not-after", "1999-12-31"],
        ["--max-minutiae", "3"],
        ["--position", "11"],
        ["--base", str(bureau)],
    ):
        code, document = json_of(capfd, "export", bureau, shard, *options)
        assert (code, "error" in document) == (2, True), options
        assert not shard.exists()
    assert json_of(capfd, "export", bureau, folder)[0] == 2
    assert json_of(capfd, "export", folder, shard)[0] == 2
    assert json_of(capfd, "apply", bureau, folder)[0] == 2
