"""From images to templates; where no model is installed these tests are skipped."""

import pickle
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from matcher import FileError, Gallery, InvalidValueError, MatcherError, NoModelError, UnknownFormatError
from matcher.fingerprint import Extractor, Image, Template, extract, extract_many, model_path, read

Scans = list[list[tuple[Image, Template]]]
SETS = ("FVC2000_DB2_B", "FVC2002_DB1_B", "FVC2002_DB3_B", "FVC2004_DB1_B", "FVC2004_DB4_B")


def nearest(found: Template, true: Template) -> npt.NDArray[np.float64]:
    """Distance of each minutia of the one to the nearest of the other, in pixels."""
    a, b = found.minutiae, true.minutiae
    apart: npt.NDArray[np.float64] = np.hypot(a["x"][:, None] - b["x"], a["y"][:, None] - b["y"])
    return apart.min(axis=1)  # type: ignore[no-any-return]


def test_what_is_found_is_there(extractor: Extractor, scans: Scans) -> None:
    for image, true in (impression for impressions in scans for impression in impressions):
        found = extractor.extract(image)
        assert (found.width, found.height, found.dpi) == (image.width, image.height, 500)
        assert found.extractor == extractor.id
        assert extractor.id.startswith("leader:")
        assert np.mean(nearest(true, found) < 8) > 0.8
        assert np.mean(nearest(found, true) < 8) > 0.8


def test_every_way_to_ask_gives_the_same_template(extractor: Extractor, scans: Scans, tmp_path: Path) -> None:
    image = scans[0][0][0]
    path = tmp_path / "print.png"
    image.save_png(path)
    found = extract(image)
    for again in (
        extract(path),
        extract(str(path), 500),
        extract(path.read_bytes(), model=extractor),
        extract(np.asfortranarray(image.pixels), dpi=500),
        extract(255 - image.pixels, dpi=(500, 500), ridges="light"),
        Extractor(model_path(), 0.3).extract(path),
        pickle.loads(pickle.dumps(extractor)).extract(image),
        *extract_many([path, image], threads=1),
        *extract_many(iter([path.read_bytes()])),
    ):
        assert again == found
    better = extract(image, min_quality=0.9)
    assert 0 < len(better) < len(found)
    assert better.minutiae["quality"].min() >= 0.9
    assert better == extract(image, model=Extractor(min_quality=0.9))
    for quality in (0, 1.1, float("nan")):
        with pytest.raises(InvalidValueError, match="quality"):
            extract(image, min_quality=quality)


def test_the_template_says_what_is_known_of_the_print(extractor: Extractor, scans: Scans) -> None:
    image = scans[0][0][0]
    found = extract(image, model=extractor, finger_position=2, impression="live-scan rolled")
    assert (found.finger_position, found.impression) == (2, "live-scan rolled")
    [again] = read(found.to_bytes())
    assert len(again) == len(found)
    with pytest.raises(InvalidValueError, match="finger_position is 11"):
        extract(image, finger_position=11)
    with pytest.raises(InvalidValueError, match="impression is"):
        extract(image, impression="smudge")


def test_coordinates_are_pixels_of_the_image_itself(extractor: Extractor, scans: Scans) -> None:
    image, _ = scans[0][0]
    twice = extract(np.kron(image.pixels, np.ones((2, 2), dtype=np.uint8)), dpi=1000, model=extractor)
    assert (twice.width, twice.dpi) == (2 * image.width, 1000)
    assert np.mean(nearest(twice.at_500_dpi(), extract(image)) < 2) > 0.9


def test_many_in_order_on_any_number_of_threads(extractor: Extractor, scans: Scans, scan_folder: Path) -> None:
    files = sorted(scan_folder.glob("*.png"))
    seen: list[tuple[int, int]] = []
    found = extract_many(files, model=extractor, threads=2, progress=lambda done, total: seen.append((done, total)))
    assert found == [extract(image) for impressions in scans for image, _ in impressions]
    assert seen[-1] == (12, 12)
    assert extract_many([]) == []

    gallery = Gallery.in_memory()
    with gallery.batch() as batch:
        for number, template in enumerate(found[::2]):
            batch.enrol(f"S{number}", template)
    assert [gallery.search(probe)[0].subject_id for probe in found[1::2]] == [f"S{k}" for k in range(6)]


def test_what_is_refused_is_raised_or_returned(extractor: Extractor, scan_folder: Path) -> None:
    bad = scan_folder / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n cut")
    good = scan_folder / "100_1.png"
    for threads in (1, 2):
        with pytest.raises(InvalidValueError, match=r"bad\.png"):
            extract_many([good, bad, good], threads=threads)
    pixels = np.zeros((40, 40), dtype=np.uint8)
    found = extract_many([bad, good, scan_folder / "none.png", b"text", pixels], errors="return")
    assert [type(item) for item in found] == [
        InvalidValueError,
        Template,
        FileError,
        UnknownFormatError,
        InvalidValueError,
    ]
    assert "image 3" in str(found[3])
    assert str(found[4]).startswith("image 4: dpi is None")
    with pytest.raises(InvalidValueError, match="errors is"):
        extract_many([good], errors="ignore")  # type: ignore[call-overload]


def test_a_slap_is_refused_and_says_what_to_do(extractor: Extractor, tmp_path: Path) -> None:
    slap = np.full((1500, 1600), 255, dtype=np.uint8)
    with pytest.raises(InvalidValueError, match="image size is 81 x 76 mm, expected one finger"):
        extract(slap, dpi=500, model=extractor)


def test_nothing_is_found_on_nothing(extractor: Extractor) -> None:
    for grey in (0, 128, 255):
        assert len(extract(np.full((300, 250), grey, dtype=np.uint8), dpi=500)) == 0
    assert len(extract(np.zeros((1, 1), dtype=np.uint8), dpi=500)) == 0


def test_it_is_cancelled_and_one_image_is_no_list(extractor: Extractor, scans: Scans, tmp_path: Path) -> None:
    image = scans[0][0][0]
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(MatcherError, match="cancelled"):
        extract_many([image] * 4, cancel=cancel)

    def progress(done: int, total: int) -> None:
        raise KeyError(done)

    with pytest.raises(KeyError):
        extract_many([image] * 2, progress=progress)
    for one in ("print.png", b"bytes", image, tmp_path, 5):
        with pytest.raises(TypeError, match="expected an iterable of images"):
            extract_many(one, model=extractor)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="model is int"):
        extract(image, model=5)  # type: ignore[arg-type]


def test_many_threads_of_python_share_one_model(extractor: Extractor, scans: Scans) -> None:
    image = scans[0][0][0]
    expected = extractor.extract(image)
    found: list[Template] = []
    threads = [threading.Thread(target=lambda: found.append(extract(image))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [expected] * 4


def test_without_a_model_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scans: Scans) -> None:
    monkeypatch.setenv("MATCHER_MODEL", str(tmp_path / "none.onnx"))
    assert model_path() == tmp_path / "none.onnx"
    for ask in (Extractor, lambda: extract(scans[0][0][0]), lambda: extract_many([])):
        with pytest.raises(NoModelError, match="matcher model install") as caught:
            ask()
        assert isinstance(caught.value, FileNotFoundError)
        assert isinstance(caught.value, FileError)
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no network")
    with pytest.raises(InvalidValueError, match=r"broken\.onnx"):
        Extractor(broken)
    with pytest.raises(FileError):
        Extractor(tmp_path)


def test_a_pickled_extractor_wants_the_model_that_it_had(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pickled = pickle.dumps(extractor)
    monkeypatch.setenv("MATCHER_MODEL", str(tmp_path / "none.onnx"))
    with pytest.raises(NoModelError):
        pickle.loads(pickled)


@pytest.mark.parametrize("name", SETS)
def test_it_finds_what_the_published_network_finds(extractor: Extractor, real_prints: Path, name: str) -> None:
    images = sorted((real_prints / name / "images").glob("*.png"))[::20]
    assert images
    dpi = read(real_prints / name / "leader" / f"{images[0].stem}.fmr")[0].dpi
    apart: list[float] = []
    for path, found in zip(images, extract_many(images, dpi, model=extractor), strict=True):
        [published] = read(real_prints / name / "leader" / f"{path.stem}.fmr")
        apart += nearest(published, found).tolist()
    assert np.mean(np.array(apart) <= 1.5) >= 0.99
