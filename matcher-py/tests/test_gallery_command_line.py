"""`matcher enrol`, `remove`, `compact`, `verify`, `recover`, and what searches a gallery that lasts."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import Capture, Fingers, json_of
from matcher import Gallery, simulate
from matcher.cli.app import run
from matcher.dna import Profile, write_profiles
from matcher.fingerprint import write


@pytest.fixture
def gallery_path(tmp_path: Path, folder: Path) -> Path:
    """A gallery of the folder's prints: 100_1 to 111_2."""
    path = tmp_path / "gallery"
    assert run(["enrol", str(path), str(folder)]) == 0
    return path


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    path = tmp_path / "profiles.csv"
    write_profiles(list(simulate.profiles(30, "nist1036-cauc", seed=4)), path)
    return path


def test_a_folder_is_enrolled_and_searched(tmp_path: Path, folder: Path, capfd: Capture) -> None:
    path = tmp_path / "new gallery"
    code, document = json_of(capfd, "enrol", path, folder, "--purpose", "missing")
    assert code == 0
    assert document["gallery"] == {"path": str(path), "created": True, "purpose": "missing", "subjects": 24}
    assert (document["enrolled"], document["prints"], document["already_enrolled"]) == (24, 24, 0)
    assert document["refused"] == []
    with Gallery.open(path, read_only=True) as gallery:
        subject = gallery.get("103_1")
        assert subject.provenance == str(folder / "103_1.fmr")
        assert subject.enrolled is not None
        assert gallery.purpose == "missing"

    probe = folder / "103_1.fmr"
    plain = json_of(capfd, "search", folder, probe, "--exclude", "103_1", "--evidence")
    code, document = json_of(capfd, "search", path, probe, "--exclude", "103_1", "--evidence")
    assert (code, document["candidates"]) == (plain[0], plain[1]["candidates"])
    assert (document["searched"], document["complete"]) == (23, True)
    assert json_of(capfd, "search", path, probe, "--mode", "exhaustive", "--limit", 1)[1]["mode"] == "exhaustive"
    assert json_of(capfd, "search", path, probe, "--exclude", "nobody")[0] == 2


def test_the_same_command_goes_on(gallery_path: Path, folder: Path, fingers: Fingers, capfd: Capture) -> None:
    write(fingers[0][2], folder / "late.fmr")
    capfd.readouterr()
    code, document = json_of(capfd, "enrol", gallery_path, folder)
    assert (code, document["enrolled"], document["already_enrolled"]) == (0, 1, 24)
    assert document["gallery"]["created"] is False
    assert run(["enrol", str(gallery_path), str(folder)]) == 0
    out, err = capfd.readouterr()
    assert "25 subjects" in out
    assert err == ""


def test_interrupted_it_says_how_to_go_on(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    @contextmanager
    def soon() -> Iterator[threading.Event]:
        cancel = threading.Event()
        looks = iter([False, True])
        monkeypatch.setattr(cancel, "is_set", lambda: next(looks, True))
        yield cancel

    monkeypatch.setattr("matcher.cli.enrol.BATCH", 10)
    with monkeypatch.context() as patch:
        patch.setattr("matcher.cli.enrol.interrupt_sets", soon)
        code, document = json_of(capfd, "enrol", tmp_path / "g", folder)
    assert (code, document["enrolled"], document["not_enrolled"]) == (3, 10, 14)
    code, document = json_of(capfd, "enrol", tmp_path / "g", folder)
    assert (code, document["enrolled"], document["already_enrolled"]) == (0, 14, 10)


def test_what_is_refused_is_named_and_the_others_are_enrolled(
    tmp_path: Path, folder: Path, profiles: Path, capfd: Capture
) -> None:
    (folder / "999_1.fmr").write_bytes(b"FMR\0 20\0")
    (folder / "broken.csv").write_text("no, table, of profiles\n")
    (folder / "notes.md").write_text("left alone")
    code, document = json_of(capfd, "enrol", tmp_path / "g", folder, profiles)
    assert code == 3
    assert (document["enrolled"], document["prints"], document["profiles"]) == (54, 24, 30)
    refused = {Path(entry["file"]).name: entry["reason"] for entry in document["refused"]}
    assert set(refused) == {"999_1.fmr", "broken.csv"}
    assert all(refused.values())
    assert document["left_alone"] == {"md": 1}
    assert run(["enrol", str(tmp_path / "g"), str(folder)]) == 3
    err = capfd.readouterr().err
    assert err.count("warning: refused: ") == 2


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text, of Linux")
def test_a_name_that_can_be_no_id_is_refused(tmp_path: Path, folder: Path, capfd: Capture) -> None:
    record = (folder / "100_1.fmr").read_bytes()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.fmr")).write_bytes(record)
    (folder / "a\nb.fmr").write_bytes(record)
    code, document = json_of(capfd, "enrol", tmp_path / "g", folder)
    assert (code, document["enrolled"], len(document["refused"])) == (3, 24, 2)


def test_prints_and_profiles_of_one_subject(tmp_path: Path, folder: Path, profiles: Path, capfd: Capture) -> None:
    (folder / "100_1.fmr").rename(folder / "P0000003.fmr")
    files = [folder / "P0000003.fmr", profiles]
    code, document = json_of(capfd, "enrol", tmp_path / "g", *files, "--owner", "NL", "--tag", "red")
    assert (code, document["enrolled"]) == (0, 30)
    with Gallery.open(tmp_path / "g", read_only=True) as gallery:
        subject = gallery.get("P0000003")
        assert (len(subject.fingerprints), len(subject.dna), subject.owner, subject.tags) == (1, 1, "NL", ["red"])

    code, document = json_of(
        capfd, "enrol", tmp_path / "g", folder, "--subject", "A-17", "--provenance", "reel 4", "--visible-to", "NL"
    )
    assert (code, document["enrolled"], document["prints"]) == (0, 1, 24)
    with Gallery.open(tmp_path / "g", read_only=True) as gallery:
        subject = gallery.get("A-17")
        assert (len(subject.fingerprints), subject.provenance, subject.visible_to) == (24, "reel 4", ["NL"])
    (folder / "999_1.fmr").write_bytes(b"")
    code, document = json_of(capfd, "enrol", tmp_path / "g", folder, "--subject", "B")
    assert (code, document["enrolled"], len(document["refused"])) == (3, 0, 1)


def test_wrong_input_changes_nothing(tmp_path: Path, gallery_path: Path, folder: Path, capfd: Capture) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "100_1.fmr").write_bytes((folder / "100_1.fmr").read_bytes())
    capfd.readouterr()
    for arguments in (
        [gallery_path, "nowhere"],
        [gallery_path, folder, other],
        [gallery_path, folder, "--purpose", "missing"],
        [gallery_path, gallery_path],
        [gallery_path, folder, "--owner", ""],
        [folder, other],
        [tmp_path / "g", tmp_path / "gallery" / "segments"],
        [tmp_path / "g"],
    ):
        code, document = json_of(capfd, "enrol", *arguments)
        assert (code, "error" in document) == (2, True), arguments
    assert not (tmp_path / "g").exists()
    with Gallery.open(gallery_path) as gallery:
        assert len(gallery) == 24
        assert run(["remove", str(gallery_path), "nobody"]) == 2


def test_viewers_and_tags(tmp_path: Path, folder: Path, profiles: Path, capfd: Capture) -> None:
    path = tmp_path / "g"
    assert run(["enrol", str(path), str(folder / "103_1.fmr"), "--owner", "NL", "--visible-to", "BE"]) == 0
    assert run(["enrol", str(path), str(folder / "103_2.fmr"), "--tag", "red", "--tag", "blue"]) == 0
    assert run(["enrol", str(path), str(profiles), "--owner", "NL", "--visible-to", "BE"]) == 0
    capfd.readouterr()
    probe = folder / "103_1.fmr"

    def found(*options: str) -> list[str]:
        return [c["subject_id"] for c in json_of(capfd, "search", path, probe, *options)[1]["candidates"]]

    assert found() == ["103_2"]
    assert found("--viewer", "NL") == found("--viewer", "BE") == ["103_1", "103_2"]
    assert found("--viewer", "NL", "--tag", "red", "--tag", "green") == ["103_2"]
    assert found("--tag", "green") == []
    assert json_of(capfd, "search", folder, probe, "--viewer", "NL")[0] == 2
    assert json_of(capfd, "search", folder, probe, "--tag", "red")[0] == 2
    search = ("dna", "search", path, profiles, "--profile", "P0000003")
    assert json_of(capfd, *search)[0] == 1
    code, document = json_of(capfd, *search, "--viewer", "NL")
    assert (code, document["searches"][0]["candidates"][0]["subject_id"]) == (0, "P0000003")
    assert json_of(capfd, "dna", "search", profiles, profiles, "--viewer", "NL")[0] == 2


def test_dna_of_a_gallery_is_searched(tmp_path: Path, profiles: Path, capfd: Capture) -> None:
    path = tmp_path / "g"
    assert run(["enrol", str(path), str(profiles)]) == 0
    people = list(simulate.profiles(30, "nist1036-cauc", seed=4))
    trace = tmp_path / "trace.csv"
    write_profiles(Profile("trace", people[7].loci), trace)
    capfd.readouterr()
    options = ("--frequencies", "nist1036-cauc")
    code, document = json_of(capfd, "dna", "search", path, trace, *options)
    plain = json_of(capfd, "dna", "search", profiles, trace, *options)
    assert (code, document["searches"]) == (plain[0], plain[1]["searches"])
    assert document["database"]["subjects"] == 30
    assert run(["dna", "search", str(path), str(trace), "--evidence"]) == 0
    assert "Verdict" in capfd.readouterr().out
    assert json_of(capfd, "dna", "search", path, trace, "--exclude", people[7].id)[0] == 1
    assert json_of(capfd, "dna", "search", path, trace, "--exclude", "nobody")[0] == 2


def test_info_remove_and_compact(gallery_path: Path, capfd: Capture) -> None:
    capfd.readouterr()
    code, document = json_of(capfd, "info", gallery_path)
    assert (code, document["subjects"], document["purpose"]) == (0, 24, "criminal")
    code, document = json_of(capfd, "remove", gallery_path, "103_1", "103_2", "103_1")
    assert (code, document["removed"], document["subjects"]) == (0, ["103_1", "103_2"], 22)
    assert json_of(capfd, "remove", gallery_path, "104_1", "103_1")[0] == 2
    code, document = json_of(capfd, "compact", gallery_path)
    assert (code, document["subjects"]) == (0, 22)
    assert document["bytes"] > 0
    for arguments in (["info"], ["compact"]):
        assert run([*arguments, str(gallery_path)]) == 0
        assert "22" in capfd.readouterr().out
    assert run(["remove", str(gallery_path), "104_1"]) == 0
    assert "1 subject removed, 21 subjects left" in capfd.readouterr().out


def test_index(gallery_path: Path, folder: Path, capfd: Capture) -> None:
    assert run(["compact", str(gallery_path)]) == 0
    capfd.readouterr()
    code, document = json_of(capfd, "index", gallery_path)
    probe = folder / "103_1.fmr"
    found, answer = json_of(capfd, "search", gallery_path, probe, "--mode", "indexed")
    assert found == 0
    assert answer["candidates"] == json_of(capfd, "search", gallery_path, probe)[1]["candidates"]
    if code == 2:
        assert "cargo build --features faiss" in document["error"]["message"]
        assert answer["mode"] == "fast"
        assert run(["search", str(gallery_path), str(probe), "--mode", "indexed"]) == 0
        assert "no index that could be used" in capfd.readouterr().out
        return
    assert (code, document["prints"], document["outside"]) == (0, 24, 0)
    assert answer["mode"] == "indexed"
    assert run(["index", str(gallery_path), "--cells", "16"]) == 0
    assert "in 16 cells" in capfd.readouterr().out
    assert json_of(capfd, "index", gallery_path, "--cells", "17")[0] == 2


def test_verify_and_recover(gallery_path: Path, folder: Path, capfd: Capture) -> None:
    assert run(["compact", str(gallery_path)]) == 0
    assert run(["verify", str(gallery_path)]) == 0
    assert "Nothing is damaged." in capfd.readouterr().out
    [segment] = (gallery_path / "segments").iterdir()
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 0xFF
    segment.write_bytes(content)
    assert run(["verify", str(gallery_path)]) == 1
    out, err = capfd.readouterr()
    assert segment.name in out
    assert err == ""
    records = gallery_path / "records.redb"
    broken = bytearray(records.read_bytes())
    for at in range(4096, len(broken), 4096):
        broken[at : at + 64] = bytes(64)
    records.write_bytes(broken)
    assert run(["verify", str(gallery_path), "--json"]) == 1
    assert '"outcome": "damaged"' in capfd.readouterr().out
    assert json_of(capfd, "search", gallery_path, folder / "103_1.fmr")[0] in (0, 2)
    code, document = json_of(capfd, "recover", gallery_path)
    assert code in (0, 3)
    assert (gallery_path / document["damaged_file"]).exists()
    with Gallery.open(gallery_path, read_only=True) as gallery:
        assert len(gallery) == document["saved"]
    for command in ("verify", "compact", "recover"):
        assert json_of(capfd, command, folder)[0] == 2
