"""`matcher extract`, and the commands that take images where they take templates; skipped without a model."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import Capture, json_of
from matcher import Gallery
from matcher.cli.app import run
from matcher.fingerprint import FORMATS, Extractor, Image, Template, extract, read, read_image

Scans = list[list[tuple[Image, Template]]]


def test_one_image_is_shown_without_its_minutiae(extractor: Extractor, scan_folder: Path, capfd: Capture) -> None:
    image = scan_folder / "100_1.png"
    found = extract(image)
    code, document = json_of(capfd, "extract", image)
    assert (code, document["minutiae"], document["width"], document["dpi"]) == (0, len(found), 388, 500)
    assert "minutiae_found" not in document
    code, document = json_of(capfd, "extract", image, "--minutiae", "--min-quality", 0.9, "--finger", 3)
    assert (code, document["finger"]) == (0, "right middle")
    assert 0 < len(document["minutiae_found"]) == document["minutiae"] < len(found)
    assert set(document["minutiae_found"][0]) == {"x", "y", "direction", "kind", "quality"}
    assert run(["extract", str(image), "--minutiae"]) == 0
    out = capfd.readouterr().out
    assert f"{len(found)} minutiae" in out
    assert extractor.id in out


def test_a_folder_becomes_templates_and_the_same_command_goes_on(
    extractor: Extractor, scan_folder: Path, tmp_path: Path, capfd: Capture
) -> None:
    (scan_folder / "below").mkdir()
    (scan_folder / "105_2.png").rename(scan_folder / "below" / "105_2.PNG")
    (scan_folder / "notes.md").write_text("left alone")
    out = tmp_path / "templates"
    code, document = json_of(capfd, "extract", scan_folder, "--out", out, "--picture", "svg", "--threads", 2)
    assert (code, document["extracted"], document["refused"], document["left_alone"]) == (0, 12, [], {"md": 1})
    assert [*sorted(path.name for path in out.glob("*.fmr"))][:2] == ["100_1.fmr", "100_2.fmr"]
    [template] = read(out / "below" / "105_2.fmr")
    assert len(template) == len(extract(scan_folder / "below" / "105_2.PNG"))
    assert (out / "100_1.minutiae.svg").read_text().startswith(("<svg", "<?xml"))

    (out / "100_1.fmr").unlink()
    code, document = json_of(capfd, "extract", scan_folder, "--out", out)
    assert (code, document["extracted"], document["already_there"]) == (0, 1, 11)
    assert json_of(capfd, "extract", scan_folder, "--out", out, "--overwrite")[1]["extracted"] == 12
    assert run(["extract", str(scan_folder), "--out", str(out)]) == 0
    assert "12 templates" in capfd.readouterr().out


@pytest.mark.parametrize("name", FORMATS)
def test_every_format(extractor: Extractor, scan_folder: Path, tmp_path: Path, name: str, capfd: Capture) -> None:
    image = scan_folder / "100_1.png"
    code, document = json_of(capfd, "extract", image, "--out", tmp_path / "out", "--format", name)
    assert (code, document["format"]) == (0, name)
    [path] = (tmp_path / "out").iterdir()
    assert len(read(path, name)[0]) == document["minutiae"]


def test_what_is_refused_is_named_and_the_others_are_done(
    extractor: Extractor, scan_folder: Path, tmp_path: Path, capfd: Capture
) -> None:
    (scan_folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n cut")
    (scan_folder / "no_dpi.pgm").write_bytes(b"P5 2 2 255\n\0\0\0\0")
    (scan_folder / "100_1.bmp").write_bytes(b"BM")
    out = tmp_path / "templates"
    code, document = json_of(capfd, "extract", scan_folder, "--out", out)
    assert (code, document["extracted"]) == (3, 12)
    refused = {Path(entry["file"]).name: entry["reason"] for entry in document["refused"]}
    assert set(refused) == {"bad.png", "no_dpi.pgm", "100_1.bmp"}
    assert refused["no_dpi.pgm"].startswith("resolution is not stated")
    assert (out / "100_1.png.fmr").exists(), "names that differ in nothing but the extension keep it"
    assert run(["extract", str(scan_folder), "--out", str(out)]) == 3
    assert capfd.readouterr().err.count("warning: refused: ") == 3
    blank = tmp_path / "blank.pgm"
    blank.write_bytes(b"P5 100 100 255\n" + bytes(10_000))
    code, document = json_of(capfd, "extract", blank, "--out", out, "--dpi", 500)
    assert (code, document["without_minutiae"]) == (0, [str(blank)])


def test_wrong_input(extractor: Extractor, scan_folder: Path, tmp_path: Path, capfd: Capture) -> None:
    image, out = scan_folder / "100_1.png", tmp_path / "out"
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "100_1.png").write_bytes(image.read_bytes())
    for arguments in (
        ["nowhere.png"],
        ["nowhere.png", "--out", out],
        [scan_folder],
        [image, image],
        [image, "--picture", "svg"],
        [image, "--out", out, "--minutiae"],
        [image, "--out", out, "--format", "tiff"],
        [image, "--dpi", 0],
        [image, "--min-quality", 2],
        [tmp_path / "empty", "--out", out],
        [scan_folder, tmp_path / "other", "--out", out],
    ):
        code, document = json_of(capfd, "extract", *arguments)
        assert (code, "error" in document) == (2, True), arguments
    assert not out.exists()
    code, document = json_of(capfd, "extract", image, "--out", image)
    assert (code, len(document["refused"])) == (3, 1), "a file is no folder"


def test_interrupted_it_says_how_to_go_on(
    extractor: Extractor, scan_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    @contextmanager
    def at_once() -> Iterator[threading.Event]:
        cancel = threading.Event()
        cancel.set()
        yield cancel

    with monkeypatch.context() as patch:
        patch.setattr("matcher.cli.extract.interrupt_sets", at_once)
        code, document = json_of(capfd, "extract", scan_folder, "--out", tmp_path / "out")
    assert (code, document["extracted"], document["not_done"]) == (3, 0, 12)


def test_images_are_enrolled_and_searched(
    extractor: Extractor, scan_folder: Path, tmp_path: Path, capfd: Capture
) -> None:
    gallery = tmp_path / "gallery"
    firsts = [str(path) for path in sorted(scan_folder.glob("*_1.png"))]
    bad = scan_folder / "bad_1.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n cut")
    code, document = json_of(capfd, "enrol", gallery, *firsts, bad)
    assert (code, document["enrolled"], document["prints"]) == (3, 6, 6)
    assert [Path(entry["file"]).name for entry in document["refused"]] == ["bad_1.png"]
    code, document = json_of(capfd, "enrol", gallery, *firsts)
    assert (code, document["enrolled"], document["already_enrolled"]) == (0, 0, 6)
    with Gallery.open(gallery, read_only=True) as opened:
        assert opened.get("103_1").provenance == firsts[3]
        assert opened.get("103_1").fingerprints[0].extractor == extractor.id

    probe = scan_folder / "103_2.png"
    code, document = json_of(capfd, "search", gallery, probe)
    assert (code, document["candidates"][0]["subject_id"]) == (0, "103_1")
    assert document["probe"]["views"][0]["extractor"] == extractor.id
    bad.unlink()
    code, document = json_of(capfd, "search", scan_folder, probe, "--exclude", "103_2", "--dpi", 500)
    assert (code, document["candidates"][0]["subject_id"], document["searched"]) == (0, "103_1", 11)

    picture = tmp_path / "evidence.png"
    code, document = json_of(capfd, "compare", firsts[3], probe, "--picture", picture)
    assert (code, document["reference"]["extractor"]) == (0, extractor.id)
    assert read_image(picture, dpi=500).width > 1000
    assert json_of(capfd, "compare", firsts[3], probe, "--picture", tmp_path / "evidence.gif")[0] == 2


def test_an_image_beside_its_template_is_no_second_print(
    extractor: Extractor, scan_folder: Path, tmp_path: Path, capfd: Capture
) -> None:
    assert run(["extract", str(scan_folder / "100_1.png"), "--out", str(scan_folder), "--picture", "png"]) == 0
    capfd.readouterr()
    code, document = json_of(capfd, "info", scan_folder)
    assert (code, document["prints"]) == (0, 12)
    code, document = json_of(capfd, "enrol", tmp_path / "g", scan_folder)
    assert (code, document["enrolled"], document["images_left_alone"]) == (0, 12, 2)
    assert run(["enrol", str(tmp_path / "g"), str(scan_folder)]) == 0
    assert "2 images left alone" in capfd.readouterr().err


def test_info_of_an_image(
    extractor: Extractor, scan_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    # Told by its content, not by its name.
    image = (scan_folder / "100_1.png").rename(tmp_path / "scan")
    code, document = json_of(capfd, "info", image)
    assert (code, document["format"], document["width"], document["dpi"]) == (0, "PNG", 388, 500)
    assert document["views"][0]["minutiae"] == len(extract(image))
    assert run(["info", str(image)]) == 0
    assert "PNG, an image" in capfd.readouterr().out
    monkeypatch.setenv("MATCHER_MODEL", str(tmp_path / "none.onnx"))
    code, document = json_of(capfd, "info", image)
    assert (code, document["views"]) == (0, [])
    for command in (["extract", image], ["search", scan_folder, image], ["compare", image, image]):
        code, document = json_of(capfd, *command)
        assert (code, document["error"]["kind"]) == (2, "NoModelError")


def test_real_images_of_a_set(extractor: Extractor, real_prints: Path, tmp_path: Path, capfd: Capture) -> None:
    images = sorted((real_prints / "FVC2002_DB1_B" / "images").glob("101_*.png"))
    code, document = json_of(capfd, "extract", *images, "--out", tmp_path / "out", "--dpi", 500)
    assert (code, document["extracted"]) == (0, len(images))
