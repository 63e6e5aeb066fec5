"""The command `matcher`: exit codes, JSON that is nothing but JSON, and words for people."""

import csv
import json
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from command import Capture, Fingers, json_of
from matcher import Gallery, __version__
from matcher._matcher import TEMPLATE_EXTENSIONS
from matcher.cli import files
from matcher.cli.app import run
from matcher.fingerprint import DECISION_THRESHOLD, FORMATS, Model, Template, write


@pytest.fixture
def few(tmp_path: Path, empty_print: Template) -> Path:
    """The file of a print that cannot be compared."""
    path = tmp_path / "few.fmr"
    write(empty_print, path)
    return path


@pytest.fixture
def two_views(tmp_path: Path, fingers: Fingers) -> Path:
    """A file with two views: finger 3, then finger 5."""
    path = tmp_path / "two.fmr"
    views = []
    for impression in (fingers[3][2], fingers[5][2]):
        m = impression.minutiae
        views.append(Template.from_arrays(m["x"], m["y"], m["direction"], kind=m["kind"], width=2000, height=2000))
    write(views, path)
    return path


# compare


def test_compare_finds(folder: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "compare", folder / "100_1.fmr", folder / "100_2.fmr")
    assert code == 0
    assert document["score"] >= DECISION_THRESHOLD == document["min_score"]
    assert document["paired"] == len(document["pairs"]) == document["parts"]["paired"]
    pair = document["pairs"][0]
    assert set(pair) == {"probe", "reference"}
    assert set(pair["probe"]) == {"index", "row", "x", "y", "direction", "kind", "quality"}
    assert len(document["transform"]) == 2
    assert document["method"]["name"]
    assert document["method"]["model"] == Model.standard().id


def test_compare_does_not_find(folder: Path, capfd: Capture) -> None:
    pair = (folder / "100_1.fmr", folder / "101_1.fmr")
    code, document = json_of(capfd, "compare", *pair)
    assert code == 1
    assert document["score"] < DECISION_THRESHOLD
    assert json_of(capfd, "compare", *pair, "--min-score", 0)[0] == 0
    assert json_of(capfd, "compare", folder / "100_1.fmr", folder / "100_2.fmr", "--min-score", 1e6)[0] == 1


def test_compare_says_what_cannot_be_compared(folder: Path, few: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "compare", folder / "100_1.fmr", few)
    assert code == 4
    assert "not comparable" in document["not_comparable"]
    assert run(["compare", str(few), str(few)]) == 4
    assert "not comparable" in capfd.readouterr().out


def test_compare_for_people(folder: Path, capfd: Capture) -> None:
    assert run(["compare", str(folder / "100_1.fmr"), str(folder / "100_2.fmr")]) == 0
    out, err = capfd.readouterr()
    for word in ("Probe", "Reference", "reaches the decision threshold", "corresponding minutiae", "turned"):
        assert word in out
    assert err == ""


def test_views_are_chosen(folder: Path, two_views: Path, capfd: Capture) -> None:
    one = folder / "105_1.fmr"
    code, document = json_of(capfd, "compare", two_views, one)
    assert (code, document["probe"]["view"], len(document["compared"])) == (0, 1, 2)
    code, document = json_of(capfd, "compare", two_views, one, "--view", "0:")
    assert (code, document["probe"]["view"], len(document["compared"])) == (1, 0, 1)
    assert json_of(capfd, "compare", one, two_views, "--view", ":1")[1]["reference"]["view"] == 1
    assert len(json_of(capfd, "compare", two_views, two_views, "--view", "1")[1]["compared"]) == 1
    code, document = json_of(capfd, "compare", two_views, one, "--view", "2:")
    assert (code, document["error"]["value"]) == (2, "2")
    assert json_of(capfd, "compare", two_views, one, "--view", "first")[0] == 2


# search


def test_search_finds(folder: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "search", folder, folder / "103_1.fmr", "--exclude", "103_1", "--evidence")
    assert code == 0
    best = document["candidates"][0]
    assert (best["rank"], best["subject_id"]) == (1, "103_2")
    [evidence] = best["evidence"]
    assert evidence["score"] == best["score"]
    assert len(evidence["pairs"]) == best["paired"]
    assert all("evidence" not in candidate for candidate in document["candidates"][1:])
    assert document["complete"] is True
    assert (document["searched"], document["not_comparable"], document["not_searched"]) == (23, 0, 0)


def test_search_finds_nobody(tmp_path: Path, folder: Path, fingers: Fingers, capfd: Capture) -> None:
    for k in (1, 2):
        (folder / f"103_{k}.fmr").unlink()
    probe = tmp_path / "probe.fmr"
    write(fingers[3][2], probe)
    code, document = json_of(capfd, "search", folder, probe)
    assert (code, document["candidates"], document["complete"]) == (1, [], True)
    code, document = json_of(capfd, "search", folder, probe, "--all", "--limit", 3)
    assert (code, len(document["candidates"])) == (0, 3)
    assert run(["search", str(folder), str(probe)]) == 1
    assert "No candidate reaches the threshold" in capfd.readouterr().out


def test_a_file_that_cannot_be_read_was_not_searched(folder: Path, capfd: Capture) -> None:
    (folder / "999_1.fmr").write_bytes(b"FMR\0 20\0")
    (folder / "999_2.fmr").write_bytes(b"")
    probe = folder / "103_1.fmr"
    code, document = json_of(capfd, "search", folder, probe)
    assert (code, document["complete"], document["not_searched"]) == (3, False, 2)
    assert document["candidates"]
    names = [Path(entry["file"]).name for entry in document["gallery"]["unreadable"]]
    assert names == ["999_1.fmr", "999_2.fmr"]
    code, document = json_of(capfd, "search", folder, probe, "--skip-unreadable")
    assert (code, document["complete"], document["not_searched"]) == (0, True, 2)
    assert run(["search", str(folder), str(probe)]) == 3
    out, err = capfd.readouterr()
    assert "incomplete" in out
    assert "999_1.fmr" in err
    assert "999_2.fmr" in err


def test_a_deadline_makes_the_answer_incomplete(folder: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "search", folder, folder / "103_1.fmr", "--deadline", 0)
    assert (code, document["complete"], document["not_searched"]) == (3, False, 24)


def test_nobody_could_be_compared(folder: Path, few: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "search", folder, few)
    assert (code, document["searched"], document["not_comparable"]) == (4, 0, 24)
    assert run(["search", str(folder), str(few)]) == 4
    assert "could be compared" in capfd.readouterr().err


def test_fingers_are_kept_apart(tmp_path: Path, fingers: Fingers, capfd: Capture) -> None:
    gallery = tmp_path / "gallery"
    gallery.mkdir()
    for name, position in (("left", 7), ("right", 2)):
        m = fingers[0][0].minutiae
        template = Template.from_arrays(
            m["x"], m["y"], m["direction"], width=2000, height=2000, finger_position=position
        )
        write(template, gallery / f"{name}.fmr")
    probe = gallery / "left.fmr"
    code, document = json_of(capfd, "search", gallery, probe, "--exclude", "left")
    assert (code, document["not_comparable"]) == (4, 1)
    code, document = json_of(capfd, "search", gallery, probe, "--exclude", "left", "--position", "any")
    assert (code, document["candidates"][0]["finger_positions"]) == (0, [2])


def test_views_of_a_probe_add_up(folder: Path, two_views: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "search", folder, two_views, "--limit", 4)
    assert code == 0
    assert len(document["probe"]["views"]) == 2
    assert document["options"]["min_score"] == 2 * DECISION_THRESHOLD
    assert {c["subject_id"][:3] for c in document["candidates"]} == {"103", "105"}
    code, document = json_of(capfd, "search", folder, two_views, "--view", 1)
    assert {c["subject_id"][:3] for c in document["candidates"]} == {"105"}


def test_ids_are_unique(folder: Path, fingers: Fingers, capfd: Capture) -> None:
    write(fingers[0][2], folder / "100_1.xyt", format="xyt")
    (folder / "below").mkdir()
    write(fingers[1][2], folder / "below" / "100_1.FMR")
    listed = files.Folder.of(folder)
    assert {"100_1.fmr", "100_1.xyt", "below/100_1.FMR"} < set(listed.files)
    run(["search", str(folder), str(folder / "below" / "100_1.FMR"), "--all"])
    out, err = capfd.readouterr()
    assert "below/100_1.FMR" in out
    assert "the ids keep it" in err
    (folder / "100_1.xyt").unlink()
    assert {"100_1", "below/100_1"} < set(files.Folder.of(folder).files)


def test_other_files_are_left_alone_and_counted(folder: Path, capfd: Capture) -> None:
    (folder / "set.json").write_text("{}")
    (folder / ".hidden.fmr").write_bytes(b"")
    code, document = json_of(capfd, "search", folder, folder / "100_1.fmr")
    assert (code, document["gallery"]["left_alone"]) == (0, 1)


def test_the_extensions_are_those_of_the_core(tmp_path: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "evaluate", tmp_path)
    assert code == 2
    assert document["error"]["expected"].endswith(", ".join(TEMPLATE_EXTENSIONS))
    assert json_of(capfd, "search", tmp_path, tmp_path)[0] == 2


def test_search_for_people(folder: Path, capfd: Capture) -> None:
    assert run(["search", str(folder), str(folder / "103_1.fmr"), "--evidence"]) == 0
    out, err = capfd.readouterr()
    for word in ("Rank", "103_1", "103_2", "24 subjects", "complete", "Evidence for 103_1", "Method"):
        assert word in out
    assert "the probe itself is in the gallery" in err


def test_interrupting_a_search_lists_what_was_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    class Slow:
        """A gallery in which the search waits for Ctrl-C."""

        def __init__(self, gallery: Gallery) -> None:
            self.gallery = gallery

        def __len__(self) -> int:
            return len(self.gallery)

        def get(self, subject_id: str) -> object:
            return self.gallery.get(subject_id)

        def search(self, probe: object, *, cancel: threading.Event, **options: Any) -> object:
            signal.raise_signal(signal.SIGINT)
            assert cancel.is_set()
            return self.gallery.search(probe, **{**options, "deadline": 0.0})  # type: ignore[call-overload]

    enrol = files.enrol

    def slowly(*arguments: Any) -> object:
        enrolled = enrol(*arguments)
        return files.Enrolled(Slow(enrolled.gallery), enrolled.folder, {})  # type: ignore[arg-type]

    monkeypatch.setattr("matcher.cli.search.enrol", slowly)
    before = signal.getsignal(signal.SIGINT)
    code, document = json_of(capfd, "search", folder, folder / "103_1.fmr")
    assert (code, document["complete"]) == (3, False)
    assert signal.getsignal(signal.SIGINT) is before


# evaluate


def test_evaluate(folder: Path, tmp_path: Path, capfd: Capture) -> None:
    scores = tmp_path / "scores.csv"
    code, document = json_of(capfd, "evaluate", folder, "--scores", scores)
    assert code == 0
    [found] = document["sets"]
    assert (found["templates"], found["identities"]) == (24, 12)
    assert (found["naming"], found["naming_source"]) == ("<finger>_<impression>", "guessed")
    assert (document["pooled"]["mated"], document["pooled"]["non_mated"]) == (12, 264)
    with scores.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12 + 264
    assert set(rows[0]) == {"set", "probe", "reference", "mated", "score"}
    assert sum(row["mated"] == "1" for row in rows) == 12
    mated = next(row for row in rows if row["probe"] == "100_1" and row["reference"] == "100_2")
    assert mated["mated"] == "1"
    assert float(mated["score"]) > DECISION_THRESHOLD


def test_evaluate_for_people(folder: Path, capfd: Capture) -> None:
    assert run(["evaluate", str(folder)]) == 0
    out, _ = capfd.readouterr()
    for word in (
        "EER",
        "FMR",
        "FNMR",
        "95 % interval",
        "not supported",
        "CMC, rank 1",
        "FNIR",
        "12 identities",
    ):
        assert word in out
    assert "Pooled" not in out


def test_where_the_naming_rule_came_from(folder: Path, capfd: Capture) -> None:
    def source(*arguments: object) -> str:
        return str(json_of(capfd, "evaluate", folder, *arguments)[1]["sets"][0]["naming_source"])

    assert source("--naming", "<finger>_<impression>") == "given"
    assert source() == "guessed"
    (folder.parent / "set.json").write_text('{"naming": "<finger>_<impression>"}')
    assert source().endswith("set.json")


def test_folders_that_cannot_be_evaluated(folder: Path, tmp_path: Path, capfd: Capture) -> None:
    assert json_of(capfd, "evaluate", tmp_path / "nowhere")[0] == 2
    assert json_of(capfd, "evaluate", folder, folder)[0] == 2
    assert json_of(capfd, "evaluate", folder, "--naming", "<finger>-<impression>")[0] == 2
    assert json_of(capfd, "evaluate", folder, "--scores", tmp_path / "nowhere" / "x.csv")[0] == 2
    (folder / "100_3.fmr").write_bytes(b"")
    code, document = json_of(capfd, "evaluate", folder)
    assert code == 2
    assert "100_3.fmr" in document["error"]["message"]


def test_json_may_stand_before_the_command(folder: Path, capfd: Capture) -> None:
    assert run(["--json", "evaluate", str(folder)]) == 0
    assert json.loads(capfd.readouterr().out)["command"] == "evaluate"


# info


def test_info_of_the_program(capfd: Capture) -> None:
    code, document = json_of(capfd, "info")
    assert (code, document["version"], tuple(document["formats"])) == (0, __version__, FORMATS)
    assert run(["info"]) == 0
    assert __version__ in capfd.readouterr().out


@pytest.mark.parametrize("name", FORMATS)
def test_info_of_a_file(name: str, tmp_path: Path, fingers: Fingers, capfd: Capture) -> None:
    path = tmp_path / "print"
    write(fingers[0][0], path, format=name)
    code, document = json_of(capfd, "info", path)
    assert (code, document["format"]) == (0, name)
    assert document["views"][0]["minutiae"] == len(fingers[0][0])
    assert run(["info", str(path)]) == 0
    assert name in capfd.readouterr().out


def test_info_of_a_folder(folder: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "info", folder)
    assert (code, document["template_files"], document["prints"]) == (0, 24, 24)
    (folder / "bad.fmr").write_bytes(b"")
    record = (folder / "100_1.fmr").read_bytes()
    (folder / "odd.fmr").write_bytes(record + b"left over")
    code, document = json_of(capfd, "info", folder)
    assert (code, len(document["unreadable"]), list(document["diagnostics"])) == (3, 1, ["odd"])
    assert run(["info", str(folder)]) == 3
    out, err = capfd.readouterr()
    assert "odd" in out
    assert "bad.fmr" in err
